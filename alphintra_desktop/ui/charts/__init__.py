"""Charts over bars: axes, lines, candles, and several charts that pan and zoom together; and charts
over other figures, which paint themselves. Views use them and know nothing of each other; what is
here knows no view."""

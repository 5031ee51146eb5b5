"""Charts over bars: axes, lines, candles, and several charts that pan and zoom together. Views use
them and know nothing of each other; what is here knows no view."""

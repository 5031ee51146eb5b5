"""What a market does to orders: costs, fills, stops, trades and metrics, on plain arrays.
Generated strategy files carry copies of these functions, so they import only NumPy and each other."""

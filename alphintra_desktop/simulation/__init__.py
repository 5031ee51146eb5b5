"""What a market does to orders: costs, fills, stops, trades and metrics, on plain arrays.
Generated strategy files carry copies of these functions, which use only NumPy and each other."""

"""Search without fooling ourselves: sweeps over grids of params, and whether their best point is
more than luck or a lone peak. May import `backtest` and everything below it.
"""

"""Alphintra Desktop: draw a trading strategy, read it as Python, trust its backtest."""

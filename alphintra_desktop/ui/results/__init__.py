"""What a backtest came to: its charts, numbers, trades and findings, the list of all runs, and
the values inside a strategy bar by bar. It shows `workspace.runs` and runs read by `backtest`;
it may import `workspace` and all below, and no other view."""

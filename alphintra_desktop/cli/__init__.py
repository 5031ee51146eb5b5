"""The command line: the same work as the desktop's, without a window. The only place that prints.
May import everything below the desktop."""

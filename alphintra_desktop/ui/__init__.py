"""The window: views that show models of `workspace`, send commands to them, and decide nothing.
With `app` it is the only package that knows Qt; a view imports no other view, and is told of
changes by `watch`."""

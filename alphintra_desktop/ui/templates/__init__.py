"""The gallery of graphs that a project can start from. It may import `workspace` and the basics
of `ui`, no pane."""

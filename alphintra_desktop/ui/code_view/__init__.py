"""The pane that shows the graph as the Python file it compiles to, read-only. It may import
`workspace` and the basics of `ui`, no other pane; it is the only one that knows Scintilla."""

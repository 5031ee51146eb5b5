"""The pane that shows and sets what is selected, made from the declarations of the node types. It
may import `workspace`, `nodes`, `market` and the basics of `ui`, no other pane."""

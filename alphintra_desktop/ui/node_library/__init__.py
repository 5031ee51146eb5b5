"""The pane with all node types, to be searched, dragged and placed. It may import `workspace`,
`nodes` and the basics of `ui`, no other pane."""

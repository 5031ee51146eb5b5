"""The pane that lists what was done to the graph, to go back to any of it. It may import
`workspace` and the basics of `ui`, no other pane."""

"""The pane that lists everything wrong with the current graph, and the badge that counts it. It may
import `workspace` and the basics of `ui`, no other pane."""

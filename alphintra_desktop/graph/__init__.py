"""What the user drew: nodes, wires, groups and notes as values, the edits that change them, the
document that keeps their history, and the file they live in. May import `ir` (for the types of
ports), `observe` and `errors`."""

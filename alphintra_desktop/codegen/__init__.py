"""Graph to readable Python: lowering to ops, emitting one file, mapping its lines to nodes, and
everything that is wrong with a graph. May import `nodes`, `graph`, `ir`, `simulation` (as text)."""

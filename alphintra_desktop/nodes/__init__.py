"""The node types we ship, each declared by one function from typed ports to an op.
May import `graph`, `ir` and `errors`."""

"""The jobs of this window: what runs, how far it is, what it said, and how it ended."""

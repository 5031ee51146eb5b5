"""What is open right now and what can be done with it: projects, sheets, jobs, settings, commands.
It holds the state that the window shows and knows nothing of Qt; it may import everything below
it, never `ui`, `cli` or `worker`."""

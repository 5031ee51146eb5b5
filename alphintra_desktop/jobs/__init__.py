"""Work that takes time: a job is a named function and a folder of events. Knows nothing of what
the work is about. May import `errors`, `report`, `observe`."""

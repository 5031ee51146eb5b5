"""Running a generated strategy on bars: which engine can do what, the run, its result, what is
suspicious about it, and the HTML report. May import `codegen`, `runs`, `market`, `simulation`."""

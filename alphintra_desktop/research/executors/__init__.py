"""Where work is done, by name: this process, worker processes, or a Ray cluster. May import what
`research` may; knows nothing of sweeps and searches.
"""

"""The autopsy of a run: what was tried, where its edge lives, what kills it, and how much of it can
be believed, on one page. May import what `research` may, and `research.resampling`.
"""

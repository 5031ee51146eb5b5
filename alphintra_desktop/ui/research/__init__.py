"""The Research activity: sweeps, searches and walk-forwards set up, followed, and looked at. It
shows `workspace.research` and knows no other view."""

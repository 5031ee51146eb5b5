"""The Training activity: the models of a project, watched while they learn and judged after."""

"""Files that ship with the program: sample data (`sample_data/`), strategy templates
(`templates/`), later icons. No code; others open them with
`importlib.resources.files("alphintra_desktop.resources")`. Imports nothing."""

"""`alphintra` and `python -m alphintra_desktop`."""

from __future__ import annotations

import sys

from alphintra_desktop.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

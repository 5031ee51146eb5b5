"""`alphintra` and `python -m alphintra_desktop`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line that the process was started with."""
    from alphintra_desktop.cli.main import main as run_command_line

    return run_command_line(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

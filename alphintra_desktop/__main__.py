"""`alphintra` and `python -m alphintra_desktop`."""

from __future__ import annotations

import gc
import signal
import sys

CANCELLED = 130
# A million objects come from importing and stay: searching them for garbage as often as Python
# does by itself takes a tenth of the first backtest.
SELDOM = (50_000, 20, 100)


def main() -> int:
    """Run the command line. Being told to stop at any moment is the same as Ctrl+C."""
    gc.set_threshold(*SELDOM)
    try:
        for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.default_int_handler)
        from alphintra_desktop.cli.main import main as command_line  # noqa: PLC0415 - see below

        # Importing takes half a second, in which a user may change his mind as well.
        return command_line()
    except KeyboardInterrupt:
        return CANCELLED


if __name__ == "__main__":
    sys.exit(main())

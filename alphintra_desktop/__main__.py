"""`alphintra` and `python -m alphintra_desktop`."""

from __future__ import annotations

import gc
import os
import signal
import sys

CANCELLED = 130
DESKTOP, HELP = "desktop", {"-h", "--help"}
# A million objects come from importing and stay: searching them for garbage as often as Python
# does by itself takes a tenth of the first backtest.
SELDOM = (50_000, 20, 100)


def main() -> int:
    """Open the desktop, or run a command. Being told to stop is the same as Ctrl+C."""
    gc.set_threshold(*SELDOM)
    arguments = sys.argv[1:]
    try:
        for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.default_int_handler)
        if wants_desktop(arguments):
            from alphintra_desktop.app import main as desktop  # noqa: PLC0415 - brings Qt

            code = desktop(arguments[1:])
            # At once: a library that is still loading in a thread would crash in the end of Python.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        from alphintra_desktop.cli.main import main as command_line  # noqa: PLC0415 - see below

        # Importing takes half a second, in which a user may change his mind as well.
        return command_line()
    except KeyboardInterrupt:
        return CANCELLED


def wants_desktop(arguments: list[str]) -> bool:
    """Whether the window is asked for: by its name, or by nothing at all where it can be seen."""
    if not arguments:
        return has_screen()
    return arguments[0] == DESKTOP and not HELP.intersection(arguments)


def has_screen() -> bool:
    """Whether a window could be seen. Without one, a bare `alphintra` runs the sample strategy."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())

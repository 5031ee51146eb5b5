"""A real worker whose tasks do what a user's custom code might. Run as a program by the tests."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.report import Cancelled, Report
from alphintra_desktop.worker import limit_memory, serve

Arguments = Mapping[str, Any]


def double(arguments: Arguments, folder: Path, report: Report) -> dict[str, Any]:
    report.progress(1, of=2, doing="doubling")
    report.message("half way")
    (folder / "artifacts" / "note.txt").write_text("made")
    print("printed by Python")  # noqa: T201
    return {"value": 2 * arguments["value"], "process": os.getpid(), "nan": float("nan")}


def print_a_lot(arguments: Arguments, folder: Path, report: Report) -> int:
    text = "x" * 999_999 + "\n"
    for _ in range(arguments["megabytes"]):
        sys.stdout.write(text)
    return os.getpid()


def print_from_c_with_pythons_lock(arguments: Arguments, folder: Path, report: Report) -> None:
    libc = ctypes.PyDLL(None)  # unlike CDLL, keeps the interpreter locked during the call
    libc.puts(b"from C, buffered")
    for _ in range(3):
        libc.write(1, b"y" * 1_000_000, 1_000_000)


def print_from_a_subprocess(arguments: Arguments, folder: Path, report: Report) -> None:
    subprocess.run([sys.executable, "-c", "print('from a child')"], check=True)


def tell_a_lot(arguments: Arguments, folder: Path, report: Report) -> None:
    for step in range(300_000):
        report.progress(step, of=300_000, doing=f"step {step}")


def measure_each_place(arguments: Arguments, folder: Path, report: Report) -> None:
    for step in range(arguments["places"]):
        place = Place(node=f"{step:08x}")
        report.progress(step, of=arguments["places"], doing="computing", place=place)
        report.measure("seconds", np.float64(step / 8), place=place)
        report.measure("loss", 1.0, step=np.int64(step))


def loop_forever(arguments: Arguments, folder: Path, report: Report) -> None:
    print("looping")  # noqa: T201
    while True:
        pass


def loop_forever_with_pythons_lock(arguments: Arguments, folder: Path, report: Report) -> None:
    ctypes.PyDLL(None).sleep(1000)


def sleep_with_a_child(arguments: Arguments, folder: Path, report: Report) -> None:
    child = subprocess.Popen(["sleep", "1000"])
    report.message(f"child {child.pid}")
    time.sleep(1000)


def leave_a_child_and_die(arguments: Arguments, folder: Path, report: Report) -> None:
    child = os.fork()
    if child == 0:
        time.sleep(1000)
    report.message(f"child {child}")
    os._exit(3)


def ignore_signals(arguments: Arguments, folder: Path, report: Report) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    report.message("deaf")
    time.sleep(1000)


def fail_with_advice(arguments: Arguments, folder: Path, report: Report) -> None:
    raise AlphintraError("No bars.", hint="Import some.", place=Place("1f", "symbols", 7))


def divide(arguments: Arguments, folder: Path, report: Report) -> float:
    return 1 / int(arguments.get("by", 0))


def raise_a_gigantic_message(arguments: Arguments, folder: Path, report: Report) -> None:
    raise RuntimeError("x" * 50_000_000)


def recurse(arguments: Arguments, folder: Path, report: Report) -> None:
    recurse(arguments, folder, report)


def stop_itself(arguments: Arguments, folder: Path, report: Report) -> None:
    raise Cancelled


def call_exit(arguments: Arguments, folder: Path, report: Report) -> None:
    sys.exit(5)


def exit_hard(arguments: Arguments, folder: Path, report: Report) -> None:
    print("last words")  # noqa: T201
    os._exit(3)


def crash(arguments: Arguments, folder: Path, report: Report) -> None:
    ctypes.string_at(0)


def kill_itself(arguments: Arguments, folder: Path, report: Report) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def return_something_else(arguments: Arguments, folder: Path, report: Report) -> object:
    return {"a set": {1, 2}}


def return_too_much(arguments: Arguments, folder: Path, report: Report) -> str:
    return "x" * 20_000_000


def eat_its_events(arguments: Arguments, folder: Path, report: Report) -> str:
    (folder / "events.jsonl").unlink()
    return "full"


def spoil_its_events_and_die(arguments: Arguments, folder: Path, report: Report) -> None:
    (folder / "events.jsonl").write_bytes(b'\xff\x00{"event": "Fini')
    os._exit(4)


def remove_its_folder(arguments: Arguments, folder: Path, report: Report) -> str:
    while folder.exists():
        with suppress(OSError):  # the log may just have been begun
            shutil.rmtree(folder)
    return "gone"


def put_a_folder_for_its_events(arguments: Arguments, folder: Path, report: Report) -> str:
    (folder / "events.jsonl").unlink()
    (folder / "events.jsonl").mkdir()
    return "odd"


def upset_the_process(arguments: Arguments, folder: Path, report: Report) -> str:
    os.chdir("/")
    sys.path.clear()
    sys.stdout.close()
    sys.stderr = None  # type: ignore[assignment]
    os.close(1)
    os.close(2)
    return "upset"


def read_input(arguments: Arguments, folder: Path, report: Report) -> str:
    return sys.stdin.read()


def leave_a_thread_printing(arguments: Arguments, folder: Path, report: Report) -> int:
    def chatter() -> None:
        while True:
            os.write(1, b"z" * 65536)

    threading.Thread(target=chatter).start()
    return os.getpid()


def take_memory(arguments: Arguments, folder: Path, report: Report) -> float:
    return float(np.ones(arguments["megabytes"] * 131_072).sum())


def fail_to_warm_up() -> None:
    raise ImportError("no such library")


TASKS = tuple(
    value
    for name, value in list(globals().items())
    if getattr(value, "__module__", "") == __name__ and name != "fail_to_warm_up"
)

if __name__ == "__main__":
    if "--broken" in sys.argv:
        raise ImportError("a broken installation")
    if "--limited" in sys.argv:
        limit_memory(1000)
    serve(TASKS, fail_to_warm_up if "--cold" in sys.argv else None)

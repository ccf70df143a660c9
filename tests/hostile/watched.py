"""Scan files in this process and note everything that it does beside reading them.

``python -m tests.hostile.watched PATHS.json`` reads a list of paths and prints a JSON object for
each: exit code, processor time in seconds, and what an audit hook saw that a scanner must not do.
A last line tells the peak of memory and the modules that are loaded.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

MEMORY = 512 * 1024 * 1024
"""Bytes of address space that the whole process may have."""

_FORBIDDEN_EVENTS = (
    "ctypes.",
    "ftplib.",
    "http.",
    "os.chmod",
    "os.exec",
    "os.fork",
    "os.link",
    "os.mkdir",
    "os.posix_spawn",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.spawn",
    "os.symlink",
    "os.system",
    "os.truncate",
    "pickle.",
    "shutil.",
    "socket.",
    "sqlite3.",
    "subprocess.",
    "urllib.",
    "webbrowser.",
)
_OWN_SIZE = f"/proc/{os.getpid()}/statm"
"""Where Linux tells how much memory this process has: read to set a limit."""
_IMPORTLIB = "<frozen importlib._bootstrap_external>"
_HOMES = tuple({str(Path(place).resolve()) for place in (*sys.path, sys.prefix, sys.base_prefix)})
"""Where Python and the package itself are."""


class Watch:
    """An audit hook, which cannot be taken off again."""

    def __init__(self) -> None:
        self.allowed: tuple[str, ...] = ()
        self.seen: list[str] = []
        self.is_on = False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.is_on:
            return
        if event == "open":
            self._open(args)
        elif event.startswith(_FORBIDDEN_EVENTS):
            self.seen.append(f"{event} {args!r:.100}")
        elif event == "marshal.loads" and sys._getframe(1).f_code.co_filename != _IMPORTLIB:
            self.seen.append(event)

    def _open(self, args: tuple[Any, ...]) -> None:
        path, mode, flags = (*args, None, 0)[:3]
        if not isinstance(path, (str, bytes)):
            return  # a descriptor that is open already
        place = str(Path(path if isinstance(path, str) else path.decode()).resolve())
        is_written = (mode and set(mode) & set("wax+")) or (isinstance(flags, int) and flags & 3)
        if is_written or not place.startswith((*self.allowed, *_HOMES)):
            self.seen.append(f"open {place} {mode} {flags}")


def main() -> None:
    """Scan what the list names."""
    paths = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    from kerasscan.cli import main as scan

    watch = Watch()
    sys.addaudithook(watch)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for path in paths:
        print(json.dumps(_scanned(scan, path, watch)), flush=True)
    print(json.dumps({"peak": _peak(), "modules": sorted(sys.modules)}))


def _peak() -> int:
    """Return the most memory that this process has had, in bytes.

    `getrusage` would count what the parent had when it started this process.
    """
    status = Path("/proc/self/status").read_text("ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def _scanned(scan: Any, path: str, watch: Watch) -> dict[str, Any]:
    watch.seen.clear()
    watch.allowed = (str(Path(path).resolve()), _OWN_SIZE)
    asked = ["scan", "--target", "keras==3.15.1", "--no-source", "--jobs", "1", "--output-format"]
    sys.argv = ["kerasscan", *asked, "json", path]
    out = io.StringIO()
    started = time.process_time()
    with contextlib.redirect_stdout(out):
        watch.is_on = True
        try:
            scan()
            code: object = 0
        except SystemExit as end:
            code = end.code
        finally:
            watch.is_on = False
    seconds = time.process_time() - started
    (file,) = json.loads(out.getvalue())["files"]
    rules = [finding["rule"] for finding in file["findings"]]
    return {
        "path": path,
        "code": code,
        "seconds": seconds,
        "seen": list(watch.seen),
        "status": file["status"],
        "rules": rules,
    }


if __name__ == "__main__":
    main()

"""Common ground of the scripts that write samples: register a sample, write it, say what it is.

A script registers functions with ``@sample``; ``run`` calls those meant for the release that is
installed and prints one JSON line for each. It must run under Python 3.7.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Maker = Callable[[str], None]


class _Entry:
    def __init__(self, path: str, shows: str, releases: Sequence[str], maker: Maker) -> None:
        self.path = path
        self.shows = shows
        self.releases = releases
        self.maker = maker


_ENTRIES: list[_Entry] = []


def sample(path: str, shows: str, *releases: str) -> Callable[[Maker], Maker]:
    """Register a function that writes ``path``; ``{short}`` in it is the version's short form.

    ``releases`` are the short forms it is written by ("tf-2.10"); none means every one.
    """

    def register(maker: Maker) -> Maker:
        _ENTRIES.append(_Entry(path, shows, releases, maker))
        return maker

    return register


def neutral(source: str, **names: Any) -> Any:
    """Evaluate an expression so that its code object names no real file."""
    return eval(compile(source, "demo.py", "eval"), dict(names, __name__="__main__"))


def neutral_function(source: str, name: str, **names: Any) -> Any:
    """Define a function so that its code object names no real file, and return it."""
    scope = dict(names, __name__="__main__")
    exec(compile(source, "demo.py", "exec"), scope)
    return scope[name]


def run(made_by: str, short: str, script: str, seed: Callable[[], None] | None = None) -> None:
    """Write the samples meant for this release below the directory given on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("outdir")
    parser.add_argument("only", nargs="*", help="parts of paths: write only these")
    options = parser.parse_args()
    failures = 0
    for entry in _ENTRIES:
        if entry.releases and short not in entry.releases:
            continue
        path = entry.path.format(short=short)
        if options.only and not any(word in path for word in options.only):
            continue
        target = os.path.join(options.outdir, *path.split("/"))
        _clear(target)
        random.seed(7)
        if seed is not None:
            seed()
        try:
            entry.maker(target)
        except Exception:
            failures += 1
            sys.stderr.write("FAILED " + path + "\n" + traceback.format_exc())
            continue
        print(json.dumps(_note(entry, path, made_by, script), sort_keys=True))
        sys.stdout.flush()
    sys.exit(1 if failures else 0)


def _clear(target: str) -> None:
    parent = os.path.dirname(target)
    if not os.path.isdir(parent):
        os.makedirs(parent)
    if os.path.isdir(target):
        shutil.rmtree(target)
    elif os.path.exists(target):
        os.remove(target)


def _note(entry: _Entry, path: str, made_by: str, script: str) -> dict[str, Any]:
    return {
        "path": path,
        "shows": entry.shows,
        "made_by": made_by,
        "python": ".".join(str(part) for part in sys.version_info[:2]),
        "script": f"{script}:{entry.maker.__name__}",
    }

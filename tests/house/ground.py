"""Where things are, and how house tests run commands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "kerasscan"
README = ROOT / "README.md"
SAMPLES = ROOT / "samples"

Done: TypeAlias = subprocess.CompletedProcess[str]
"""What became of a command."""


def kerasscan(*arguments: str, cwd: Path = ROOT) -> Done:
    """Run the command line as it is in this tree."""
    return run([sys.executable, "-m", "kerasscan", *arguments], cwd=cwd)


def run(command: Sequence[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> Done:
    """Run a command; what it said and its exit code are for the caller to judge."""
    inherited = {key: value for key, value in os.environ.items() if key != "FORCE_COLOR"}
    plain = {"NO_COLOR": "1", "COLUMNS": "80", "PYTHONUTF8": "1"}
    return subprocess.run(  # noqa: S603 - our own words, no shell
        list(command),
        cwd=cwd,
        env={**inherited, **plain, **(env or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

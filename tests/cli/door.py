"""Knocking at the door: the command line in this process, or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from typer.testing import CliRunner, Result

from kerasscan.cli.app import app
from tests.samples.manifest import SAMPLES

CLEAN = str(SAMPLES / "clean" / "keras-3.15.1-sequential.keras")
BAD = str(SAMPLES / "security" / "keras-3.15.1-lambda.keras")
CUT = str(SAMPLES / "file" / "wrong-crc.keras")


def run(*arguments: str, env: Mapping[str, str] | None = None) -> Result:
    """Run the command line in this process; an exception is the test's failure."""
    result = CliRunner().invoke(app, list(arguments), env=dict(env or {}))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def start(
    *arguments: str | bytes, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own."""
    inherited = {key: value for key, value in os.environ.items() if "COLOR" not in key}
    return subprocess.run(  # noqa: S603 - our own words, no shell
        [sys.executable, "-m", "kerasscan", *arguments],
        cwd=cwd,
        env={**inherited, **(env or {})},
        capture_output=True,
        timeout=60,
        check=False,
    )

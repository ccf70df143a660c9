"""Record what constructors of really installed releases take: ``tests/recordings/signatures.json``.

``python -m tests.oracle.signatures [--dir DIR] [RELEASE...]`` builds an environment for each
release, asks it with ``signature_worker.py``, and replaces that release's lines of the recording.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.oracle.environments import build

RECORDING = Path(__file__).resolve().parents[1] / "recordings" / "signatures.json"
WORKER = Path(__file__).with_name("signature_worker.py")
RELEASES = (
    "keras==2.2.4",
    "tensorflow==2.1",
    "tensorflow==2.4",
    "tensorflow==2.8",
    "tensorflow==2.10",
    "tensorflow==2.13",
    "tensorflow==2.15",
    "tf-keras==2.18.0",
    "keras==3.0.5",
    "keras==3.4.1",
    "keras==3.8.0",
    "keras==3.12.0",
    "keras==3.15.1",
)
SECONDS = 600.0


def record(release: str, directory: Path | None) -> list[dict[str, Any]]:
    """Ask one release about every class."""
    environment = build(release, directory)
    with tempfile.TemporaryDirectory() as name:
        results = Path(name) / "results.jsonl"
        variables = environment.process_variables() | {"HOME": name, "KERAS_HOME": name}
        command = [str(environment.python), str(WORKER), environment.api, str(results)]
        run = subprocess.run(
            command, cwd=name, env=variables, capture_output=True, timeout=SECONDS, check=False
        )
        if run.returncode != 0:
            raise RuntimeError(f"{release}: {run.stderr.decode(errors='replace')[-2000:]}")
        lines = results.read_text(encoding="utf-8").splitlines()
    return [{"release": release, **json.loads(line)} for line in lines]


def write(lines: list[dict[str, Any]]) -> None:
    """Write the recording: sorted, one line for each pair of class and release."""
    order = {release: number for number, release in enumerate(RELEASES)}
    lines = sorted(lines, key=lambda line: (line["class"], order.get(line["release"], 99)))
    body = ",\n".join(json.dumps(line, ensure_ascii=True) for line in lines)
    RECORDING.write_text(f"[\n{body}\n]\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Record the releases given, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.signatures", description=__doc__)
    parser.add_argument("release", nargs="*", default=list(RELEASES))
    parser.add_argument("--dir", type=Path, default=None, help="where environments are built")
    options = parser.parse_args(arguments)
    for release in options.release:
        fresh = record(release, options.dir)
        before = json.loads(RECORDING.read_text(encoding="utf-8")) if RECORDING.exists() else []
        write([line for line in before if line["release"] != release] + fresh)
        print(f"{release}: {sum('path' in line for line in fresh)} classes", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Write every sample again: build each environment, run each script in it, write the manifest.

``python samples/make/everything.py OUTDIR [--dir ENVIRONMENTS]``, with Python 3.11, uv, h5py and
PyYAML. The copies that ``edited.py`` makes need what the real releases wrote, so it comes last.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
REAL = (
    ("keras==1.2.2", "keras1.py"),
    ("keras==2.2.4", "keras2.py"),
    ("tensorflow==1.15", "tfkeras.py"),
    ("tensorflow==2.1", "tfkeras.py"),
    ("tensorflow==2.3", "tfkeras.py"),
    ("tensorflow==2.4", "tfkeras.py"),
    ("tensorflow==2.10", "tfkeras.py"),
    ("tensorflow==2.13", "tfkeras.py"),
    ("tensorflow==2.15", "tfkeras.py"),
    ("tf-keras==2.18.0", "tfkeras.py"),
    ("keras==3.3.3", "keras3.py"),
    ("keras==3.8.0", "keras3.py"),
    ("keras==3.15.1", "keras3.py"),
    ("tensorflowjs==3.18.0", "tfjs.py"),
)
BY_HAND = ("handmade.py", "edited.py")


def main() -> int:
    """Run all scripts, from this directory so that no file can hold another path."""
    sys.path.insert(0, str(ROOT))
    from tests.oracle.environments import build

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--dir", type=Path, default=None, help="where environments are built")
    options = parser.parse_args()
    outdir = options.outdir.resolve()
    outdir.mkdir(parents=True, exist_ok=True)
    notes = outdir / "notes.jsonl"
    with notes.open("wb") as stream:
        for release, script in REAL:
            environment = build(release, options.dir)
            command = [str(environment.python), script, str(outdir)]
            print(release, flush=True)
            variables = environment.process_variables()
            subprocess.run(command, cwd=HERE, env=variables, stdout=stream, check=True)
        for script in BY_HAND:
            command = [sys.executable, "-B", script, str(outdir)]
            subprocess.run(command, cwd=HERE, stdout=stream, check=True)
    command = [sys.executable, "-B", "manifest.py", str(outdir), str(notes)]
    code = subprocess.run(command, cwd=HERE, check=False).returncode
    notes.unlink()
    return code


if __name__ == "__main__":
    sys.exit(main())

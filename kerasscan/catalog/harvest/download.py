"""Fetching the wheel or sdist of a release with pip, without its dependencies.

An sdist (keras before 2.0.7) makes pip run the `setup.py` in it to learn its name; wheels are
only copied.
"""

import subprocess
import sys
from pathlib import Path

_PLATFORMS = ("manylinux1_x86_64", "manylinux2010_x86_64", "manylinux2014_x86_64")
_PYTHON = {
    # The last Python for which all minors of TensorFlow in a range have wheels.
    (1, 0): "3.6",
    (1, 13): "3.7",
    (2, 2): "3.8",
    (2, 5): "3.9",
}


class DownloadFailed(Exception):
    """Pip had nothing to give; its last words are the message."""


def download(distribution: str, version: str, folder: Path) -> Path:
    """Put the archive of a release into an empty folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    wheel = ["--only-binary", ":all:", "--python-version", _python(distribution, version)]
    if distribution.startswith("tensorflow"):
        wheel += [part for platform in _PLATFORMS for part in ("--platform", platform)]
    for choice in (wheel, ["--no-binary", ":all:"]):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *choice]
        spec = f"{distribution}=={version}"
        done = subprocess.run(  # noqa: S603 (our own words, no shell)
            [*command, "--dest", str(folder), spec], capture_output=True, text=True, check=False
        )
        archives = sorted(folder.iterdir())
        if done.returncode == 0 and archives:
            return archives[0]
    raise DownloadFailed(done.stderr.strip().rpartition("\n")[2])


def _python(distribution: str, version: str) -> str:
    if not distribution.startswith("tensorflow"):
        return "3.11"
    release = tuple(int(part) for part in version.split(".")[:2])
    return max((least, python) for least, python in _PYTHON.items() if least <= release)[1]

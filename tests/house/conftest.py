"""What several house tests ask for."""

from __future__ import annotations

import sys
import tomllib

import pytest

from .ground import ROOT, run


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where nothing can be installed."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [*settings["build-system"]["requires"], *settings["project"]["dependencies"]]
    folder = str(tmp_path_factory.mktemp("probe"))
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-cache-dir", "--retries", "0"]
    if run([*pip, "--timeout", "15", "--dest", folder, *needed]).returncode:
        pytest.skip("no package registry can be reached, so nothing can be installed")

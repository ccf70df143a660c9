"""What a scan brings into the process: nothing that could run a model, nothing slow."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.samples.manifest import SAMPLES

NEVER = ("keras", "tensorflow", "tf_keras", "torch", "dill", "cloudpickle", "joblib")
SLOW = ("h5py", "numpy", "networkx", "jsonschema", "rich")

_CODE = """
import json, sys
from kerasscan.cli.app import app
try:
    app(sys.argv[1:])
except SystemExit as done:
    code = done.code
print()
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def modules_after(*arguments: str) -> tuple[int, set[str]]:
    """Run a command in a process of its own; return its exit code and what it imported."""
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        [sys.executable, "-c", _CODE, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    code, names = json.loads(done.stdout.splitlines()[-1])
    return code, set(names)


@pytest.mark.parametrize(
    "name",
    [
        "clean/keras-3.15.1-functional.keras",
        "clean/tf-2.10-functional.h5",
        "clean/keras-3.15.1-functional.json",
        "clean/tf-2.10-savedmodel",
        "security/keras-3.15.1-lambda.keras",
        "file/wrong-crc.keras",
    ],
)
def test_a_scan_imports_nothing_that_it_does_not_need(name: str) -> None:
    _, names = modules_after("scan", str(SAMPLES / name), "--select", "KS101,KF")
    assert "kerasscan" in names
    assert names.isdisjoint(NEVER)
    assert names.isdisjoint(SLOW)
    assert "yaml" not in names


def test_yaml_is_imported_for_yaml() -> None:
    path = SAMPLES / "security" / "python-object.yaml"
    _, names = modules_after("scan", str(path), "--select", "KS101")
    assert "yaml" in names
    assert names.isdisjoint((*NEVER, *SLOW))


def test_predicting_is_as_modest() -> None:
    path = str(SAMPLES / "clean" / "tf-2.10-functional.h5")
    for arguments in (("compat", path), ("scan", path)):
        code, names = modules_after(*arguments)
        assert code == 0
        assert names.isdisjoint((*NEVER, *SLOW, "yaml"))


def test_inspect_is_as_modest(tmp_path: Path) -> None:
    code, names = modules_after("inspect", str(SAMPLES / "clean" / "tf-2.10-functional.h5"))
    assert code == 0
    assert names.isdisjoint((*NEVER, *SLOW))

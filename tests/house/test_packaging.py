"""What is built from this tree works where it is installed."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import kerasscan
from kerasscan.rulebook.card_files import card_paths

from .floors import imports, modules
from .ground import PACKAGE, ROOT, SAMPLES, run

_MODEL = SAMPLES / "registration" / "keras-3.15.1-custom-layer.keras"
_NAME_ON_THE_INDEX = {"yaml": "pyyaml"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, and the wheel out of the unpacked sdist, as ``python -m build`` does."""
    dist = tmp_path_factory.mktemp("dist")
    built = run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(dist)])
    assert built.returncode == 0, built.stderr
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(dist, filter="data")
    tree = dist / sdist.name.removesuffix(".tar.gz")
    built = run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(dist)], cwd=tree
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = dist.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a folder of its own."""
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target"]
    done = run([*pip, str(target), str(wheel)])
    assert done.returncode == 0, done.stderr
    return target


def test_the_wheel_holds_all_that_is_in_the_tree(wheel: Path) -> None:
    files = [path for path in PACKAGE.rglob("*") if path.is_file()]
    expected = {
        path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts
    }
    expected |= {f"kerasscan/{path.relative_to(ROOT).as_posix()}" for path in _rules()}
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == expected


def test_an_installed_wheel_knows_its_rules_and_scans(installed: Path, tmp_path: Path) -> None:
    paths = {"PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", "kerasscan"]
    version = run([*command, "--version"], cwd=tmp_path, env=paths)
    assert version.stdout == f"kerasscan {kerasscan.__version__}\n"
    rules = run([*command, "rules", "list", "--output-format", "json"], cwd=tmp_path, env=paths)
    assert len(json.loads(rules.stdout)) == len(_cards()) > 0
    said = run([*command, "scan", "--no-source", str(_MODEL)], cwd=tmp_path, env=paths)
    assert said.returncode == 1, said.stderr
    assert "KR101" in said.stdout


def test_the_installed_package_is_the_one_that_was_asked(installed: Path, tmp_path: Path) -> None:
    code = "import kerasscan; print(kerasscan.__file__)"
    said = run([sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(installed)})
    assert said.stdout.strip() == str(installed / "kerasscan" / "__init__.py")


def test_the_console_script_is_installed(installed: Path) -> None:
    scripts = installed / ("Scripts" if os.name == "nt" else "bin")
    assert any(path.stem == "kerasscan" for path in scripts.iterdir())


def test_what_is_imported_is_what_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[^\w-]", each)[0] for each in project["dependencies"]}
    tops = {
        name.partition(".")[0]
        for module in modules(PACKAGE)
        for _, name in imports(module, ast.parse(module.path.read_text(encoding="utf-8")))
    }
    foreign = tops - sys.stdlib_module_names - {"kerasscan", "jsonschema_specifications"}
    assert {_NAME_ON_THE_INDEX.get(top, top) for top in foreign} == declared


def _rules() -> list[Path]:
    return sorted((ROOT / "rules").rglob("*.toml"))


def _cards() -> list[Path]:
    return card_paths(ROOT / "rules")

"""The pre-commit hook, tried with the real pre-commit."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from . import readme
from .ground import ROOT, SAMPLES, Done, run

GOOD = SAMPLES / "preprocessing" / "keras-3.15.1-adapted.keras"
BAD = SAMPLES / "security" / "keras-3.15.1-lambda.keras"
POINTER = SAMPLES / "file" / "lfs-pointer.keras"

_INSTALLED = (
    ".pre-commit-hooks.yaml",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "kerasscan",
    "rules",
)


def _git(folder: Path, *arguments: str) -> str:
    someone = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    done = run(["git", *someone, "-c", "commit.gpgsign=false", *arguments], cwd=folder, env=_PLAIN)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


_PLAIN = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def _repository(folder: Path) -> Path:
    folder.mkdir()
    _git(folder, "init", "-q")
    return folder


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commit this tree, as it is now, to a repository of its own."""
    folder = _repository(tmp_path_factory.mktemp("tree") / "kerasscan")
    for name in _INSTALLED:
        source = ROOT / name
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / name, ignore=ignore)
        else:
            shutil.copyfile(source, folder / name)
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "The tree")
    return folder


@pytest.fixture(scope="module")
def _registry(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where nothing can be installed: pre-commit makes the hook an environment."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [*settings["build-system"]["requires"], *settings["project"]["dependencies"]]
    folder = str(tmp_path_factory.mktemp("probe"))
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-cache-dir", "--retries", "0"]
    if run([*pip, "--timeout", "15", "--dest", folder, *needed]).returncode:
        pytest.skip("no package registry can be reached, so no hook can be installed")


@pytest.mark.usefixtures("_registry")
def test_the_hook_fails_on_bad_models_and_on_pointers(tree: Path, tmp_path: Path) -> None:
    models = _repository(tmp_path / "models")
    shutil.copyfile(GOOD, models / "good.keras")
    shutil.copyfile(BAD, models / "Bad.KERAS")
    shutil.copyfile(POINTER, models / "pointer.h5")
    (models / "notes.txt").write_text("not looked at\n", encoding="utf-8")
    _git(models, "add", "-A")
    done = _pre_commit(models, tmp_path, "try-repo", str(tree), "kerasscan", "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "kerasscan (Keras model files)" in done.stdout
    assert "lambda-bytecode" in _said_of("Bad.KERAS", done.stdout)
    assert "git-lfs-pointer" in _said_of("pointer.h5", done.stdout)
    assert "good.keras" not in done.stdout
    assert "notes.txt" not in done.stdout


@pytest.mark.usefixtures("_registry")
def test_the_readme_s_configuration_passes_good_models(tree: Path, tmp_path: Path) -> None:
    models = _repository(tmp_path / "models")
    shutil.copyfile(GOOD, models / "good.keras")
    (config,) = readme.blocks("yaml", "pre-commit")
    known = yaml.safe_load(config)["repos"][0]
    assert known["repo"] == "https://github.com/kerasscan/kerasscan"
    text = config.replace(known["repo"], tree.as_posix())
    text = text.replace(known["rev"], _git(tree, "rev-parse", "HEAD"))
    (models / ".pre-commit-config.yaml").write_text(text, encoding="utf-8")
    _git(models, "add", "-A")
    done = _pre_commit(models, tmp_path, "run", "--all-files", "--verbose")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_the_manifest_is_one_that_pre_commit_accepts() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    assert run(command).returncode == 0


def _pre_commit(models: Path, home: Path, *arguments: str) -> Done:
    own = {"PRE_COMMIT_HOME": str(home / "home"), "PRE_COMMIT_COLOR": "never", "PIP_RETRIES": "1"}
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return run(command, cwd=models, env={**_PLAIN, **own})


def _said_of(file: str, output: str) -> str:
    """Return the indented lines below a file's name."""
    _, _, after = output.partition(f"\n{file}")
    return re.split(r"^\S", after, maxsplit=1, flags=re.MULTILINE)[0]

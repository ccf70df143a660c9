"""The pre-commit hook, tried with the real pre-commit."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import h5py
import pytest
import yaml

from . import guides, readme
from .ground import ROOT, SAMPLES, Done, run

GOOD = SAMPLES / "preprocessing" / "keras-3.15.1-adapted.keras"
BAD = SAMPLES / "security" / "keras-3.15.1-lambda.keras"
POINTER = SAMPLES / "file" / "lfs-pointer.keras"
WARNED = SAMPLES / "graph" / "dead-end.keras"

MIB = 1_048_576

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


@pytest.mark.usefixtures("registry")
def test_the_hook_fails_on_bad_models_and_on_pointers(models: Path, home: Path) -> None:
    shutil.copyfile(BAD, models / "Bad.KERAS")
    shutil.copyfile(POINTER, models / "pointer.h5")
    (models / "saved").mkdir()
    (models / "saved" / "saved_model.pb").write_bytes(b"not one")
    (models / "notes.txt").write_text("not looked at\n", encoding="utf-8")
    _git(models, "add", "-A")
    done = _pre_commit(models, home, "run")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "kerasscan (Keras model files)" in done.stdout
    assert "misleading-extension" in _said_of("Bad.KERAS", done.stdout)
    assert "git-lfs-pointer" in _said_of("pointer.h5", done.stdout)
    assert "\nsaved" in done.stdout
    assert "good.keras" not in done.stdout
    assert "notes.txt" not in done.stdout


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("config", [*readme.blocks("yaml", "pre-commit"), *guides.hook_settings()])
def test_each_shown_configuration_passes_good_models(
    tree: Path, home: Path, tmp_path: Path, config: str
) -> None:
    models = _with_settings(_repository(tmp_path / "models"), tree, config)
    (models / "models").mkdir()
    shutil.copyfile(GOOD, models / "models" / "good.keras")
    _git(models, "add", "-A")
    done = _pre_commit(models, home, "run", "--all-files", "--verbose")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def _with_settings(models: Path, tree: Path, config: str) -> Path:
    """Give a repository a shown configuration, with the tree for the published project."""
    known = yaml.safe_load(config)["repos"][0]
    assert known["repo"] == "https://github.com/kerasscan/kerasscan"
    text = config.replace(known["repo"], tree.as_posix())
    text = text.replace(known["rev"], _git(tree, "rev-parse", "HEAD"))
    (models / ".pre-commit-config.yaml").write_text(text, encoding="utf-8")
    return models


@pytest.fixture
def models(tree: Path, tmp_path: Path) -> Path:
    """Return a repository that has the README's configuration and a commit."""
    (config,) = readme.blocks("yaml", "pre-commit")
    folder = _with_settings(_repository(tmp_path / "models"), tree, config)
    shutil.copyfile(GOOD, folder / "good.keras")
    shutil.copyfile(GOOD, folder / "old.keras")
    shutil.copyfile(BAD, folder / "known to be bad.keras")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "Models")
    return folder


@pytest.mark.usefixtures("registry")
def test_a_commit_is_judged_by_what_it_adds_and_changes(models: Path, home: Path) -> None:
    (models / "old.keras").unlink()
    shutil.copyfile(GOOD, models / "new.keras")
    _git(models, "add", "-A")
    done = _pre_commit(models, home, "run", "--verbose")
    assert done.returncode == 0, "deleted and unchanged models do not count\n" + done.stdout
    assert "in 1 file" in done.stdout or "1 file" in done.stdout
    shutil.copyfile(BAD, models / "good.keras")
    _git(models, "add", "-A")
    done = _pre_commit(models, home, "run")
    assert done.returncode == 1
    assert "KC220" in _said_of("good.keras", done.stdout)
    assert "known to be bad" not in done.stdout


@pytest.mark.usefixtures("registry")
def test_a_commit_that_only_deletes_models_passes(models: Path, home: Path) -> None:
    (models / "known to be bad.keras").unlink()
    _git(models, "add", "-A")
    done = _pre_commit(models, home, "run")
    assert done.returncode == 0
    assert "Skipped" in done.stdout


@pytest.mark.usefixtures("registry")
def test_odd_file_names_are_names(models: Path, home: Path) -> None:
    names = ["-x.keras", "--output=json=x.keras", "a b.keras", "größe 模型.keras", "$(id).keras"]
    for name in names:
        shutil.copyfile(BAD, models / name)
    _git(models, "add", "-A")
    done = _pre_commit(models, home, "run")
    assert done.returncode == 1
    assert [name for name in names if "KC220" not in _said_of(name, done.stdout)] == []


@pytest.mark.usefixtures("registry")
def test_hundreds_of_models_make_one_report(models: Path, home: Path) -> None:
    for number in range(300):
        shutil.copyfile(GOOD, models / f"{number}.keras")
    _git(models, "add", "-A")
    done = _pre_commit(models, home, "run", "--verbose")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Judged for keras") == 1
    assert "300 files" in done.stdout


@pytest.mark.usefixtures("registry")
def test_a_big_file_is_not_read_through(models: Path, home: Path) -> None:
    with h5py.File(models / "big.h5", "w") as file:
        values = file.create_dataset("values", (256, MIB), dtype="u1", chunks=(1, MIB))
        values[255, 0] = 1  # the rest of 256 MiB is never written
    with (models / "big.h5").open("ab") as stream:
        stream.truncate(256 * MIB)
    _git(models, "add", "-A")
    done = _pre_commit(models, home, "run", "--verbose")
    assert "big.h5" in done.stdout
    (seconds,) = re.findall(r"duration: ([\d.]+)s", done.stdout)
    assert float(seconds) < 20, "a scan of its headers takes a second"


@pytest.mark.usefixtures("registry")
def test_the_strict_hook_fails_on_warnings_and_the_other_does_not(models: Path, home: Path) -> None:
    settings = models / ".pre-commit-config.yaml"
    both = settings.read_text(encoding="utf-8").rstrip() + "\n      - id: kerasscan-strict\n"
    settings.write_text(both, encoding="utf-8")
    shutil.copyfile(WARNED, models / "model.keras")
    _git(models, "add", "-A")
    hooks = ("kerasscan", "kerasscan-strict")
    verdicts = {hook: _pre_commit(models, home, "run", hook).returncode for hook in hooks}
    assert verdicts == {"kerasscan": 0, "kerasscan-strict": 1}


@pytest.mark.usefixtures("registry")
def test_the_guide_s_commands_install_and_run_the_hook(models: Path, home: Path) -> None:
    shown = [block for language, block in guides.blocks("in-pre-commit.md") if language == "bash"]
    assert [words.split()[1] for words in shown] == ["install", "run"]
    for words in shown:
        program, *arguments = shlex.split(words)
        assert program == "pre-commit"
        done = _pre_commit(models, home, *arguments)
    assert (models / ".git" / "hooks" / "pre-commit").exists()
    assert "known to be bad.keras" in done.stdout


def test_the_manifest_is_one_that_pre_commit_accepts() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    assert run(command).returncode == 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where pre-commit keeps what it has installed; once is enough."""
    return tmp_path_factory.mktemp("home")


def _pre_commit(models: Path, home: Path, *arguments: str) -> Done:
    own = {"PRE_COMMIT_HOME": str(home / "home"), "PRE_COMMIT_COLOR": "never", "PIP_RETRIES": "1"}
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return run(command, cwd=models, env={**_PLAIN, **own})


def _said_of(file: str, output: str) -> str:
    """Return the indented lines below a file's name."""
    _, _, after = output.partition(f"\n{file}")
    return re.split(r"^\S", after, maxsplit=1, flags=re.MULTILINE)[0]

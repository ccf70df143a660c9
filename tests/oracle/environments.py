"""Build, outside the repository, the environment in which a given Keras release runs.

``python -m tests.oracle.environments keras==3.15.1 --dir DIR`` prints how to run it. Which
Python and which packages a release needs stands in ``environments.toml``.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("environments.toml")
READY = "ready.txt"
TENSORFLOW = "tensorflow"


class UnknownRelease(ValueError):
    """The release is not one that ``environments.toml`` can build."""


@dataclass(frozen=True)
class Environment:
    """A built environment: the interpreter to run and the variables it needs."""

    release: str
    api: str
    python: Path
    python_minor: str
    variables: dict[str, str] = field(default_factory=dict)

    def process_variables(self) -> dict[str, str]:
        """Return this process's variables without its Python's, plus the release's own."""
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "KERAS_", "TF_"))
        }
        quiet = {
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "",
            "TF_ENABLE_ONEDNN_OPTS": "0",
        }
        return (
            kept | quiet | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"} | self.variables
        )

    def shell(self) -> str:
        """Return a line for a POSIX shell that starts the interpreter."""
        words = [f"{name}={shlex.quote(value)}" for name, value in sorted(self.variables.items())]
        return " ".join([*words, shlex.quote(str(self.python))])


@dataclass(frozen=True)
class _Plan:
    environment: str
    api: str
    beside: str | None
    variables: dict[str, str]


def default_directory() -> Path:
    """Return the directory environments are built in unless another is given."""
    return Path(tempfile.gettempdir()) / "keras-environments"


def table() -> dict[str, Any]:
    """Return the parsed ``environments.toml``."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def build(release: str, directory: Path | None = None, backend: str = TENSORFLOW) -> Environment:
    """Build what ``release`` needs below ``directory``, unless it is there, and describe it.

    Args:
        release: In requirement syntax.
        directory: Where environments are; `default_directory` otherwise.
        backend: Of a Keras 3; for another than TensorFlow the environment has no TensorFlow.
    """
    directory = (directory or default_directory()).resolve()
    data = table()
    plan = _plan(data, release)
    if backend != TENSORFLOW:
        plan = _with_backend(data, plan, backend)
    recipe = data["environment"][plan.environment]
    home = directory / plan.environment
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = "\n".join(recipe["packages"]) + "\n"
    if not _is_ready(home, wanted):
        shutil.rmtree(home, ignore_errors=True)
        _uv("venv", "--quiet", "--python", _interpreter(recipe["python"]), str(home))
        _uv("pip", "install", "--quiet", "--python", str(python), *recipe["packages"])
        (home / READY).write_text(wanted, encoding="utf-8")
    variables = dict(plan.variables)
    if plan.beside is not None:
        beside = directory / f"{plan.environment}-beside" / plan.beside
        if not _is_ready(beside, plan.beside + "\n"):
            shutil.rmtree(beside, ignore_errors=True)
            target = ["--target", str(beside), "--no-deps"]
            _uv("pip", "install", "--quiet", "--python", str(python), *target, plan.beside)
            (beside / READY).write_text(plan.beside + "\n", encoding="utf-8")
        variables["PYTHONPATH"] = str(beside)
    return Environment(release, plan.api, python, recipe["python"], variables)


def _plan(data: dict[str, Any], release: str) -> _Plan:
    known = data["release"].get(release)
    if known is not None:
        return _Plan(known["environment"], known["api"], None, dict(known.get("variables", {})))
    name, _, version = release.partition("==")
    family = data["family"].get(name)
    if family is None or not version.startswith(family["versions"]):
        choices = ", ".join(
            [*data["release"], *(f"{n}=={f['versions']}*" for n, f in data["family"].items())]
        )
        raise UnknownRelease(f"no environment for {release!r}; known: {choices}")
    others = family.get("others", {})
    environment = next(
        (others[start] for start in others if version.startswith(start)), family["environment"]
    )
    return _Plan(environment, family["api"], release, dict(family["variables"]))


def _with_backend(data: dict[str, Any], plan: _Plan, backend: str) -> _Plan:
    if backend not in data["backend"] or "KERAS_BACKEND" not in plan.variables or not plan.beside:
        raise UnknownRelease(f"no environment with the backend {backend!r} for {plan.beside!r}")
    environment = data["backend"][backend]["environment"]
    return replace(
        plan, environment=environment, variables=plan.variables | {"KERAS_BACKEND": backend}
    )


def _is_ready(home: Path, wanted: str) -> bool:
    """Tell whether an earlier run finished here, with the same packages."""
    note = home / READY
    return note.exists() and note.read_text(encoding="utf-8") == wanted


def _interpreter(minor: str) -> str:
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for home in sorted(root.glob(f"{minor}.*")):
        if (home / "bin" / "python").exists():
            return str(home / "bin" / "python")
    return shutil.which(f"python{minor}") or minor


def _uv(*words: str) -> None:
    program = shutil.which("uv")
    start = [program] if program else [sys.executable, "-m", "uv"]
    subprocess.run([*start, *words], check=True)


def main(arguments: list[str] | None = None) -> int:
    """Build one environment and print the line that runs it."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.oracle.environments", description=__doc__
    )
    parser.add_argument("release", help="for example keras==3.15.1 or tensorflow==2.10")
    parser.add_argument("--dir", type=Path, default=None, help="where environments are built")
    parser.add_argument("--backend", default=TENSORFLOW, help="of Keras 3; jax, numpy or torch")
    options = parser.parse_args(arguments)
    try:
        environment = build(options.release, options.dir, options.backend)
    except UnknownRelease as problem:
        parser.error(str(problem))
    print(environment.shell())
    return 0


if __name__ == "__main__":
    sys.exit(main())

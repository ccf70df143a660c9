"""The guides in docs/ as data: code blocks and tables, and the folder that they talk about."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from .ground import ROOT, SAMPLES

NAMES = (
    "index.md",
    "my-teams-first-day.md",
    "which-keras-can-load-my-model.md",
    "is-it-safe-to-load.md",
    "in-pre-commit.md",
    "in-github.md",
    "in-other-ci.md",
    "write-a-rule.md",
    "write-a-check.md",
)

_MODELS = {
    "models/churn.keras": "clean/keras-3.15.1-sequential.keras",
    "models/orders.h5": "compatibility/tf-2.10-bidirectional.h5",
    "models/scale.keras": "registration/keras-3.15.1-custom-layer.keras",
    "downloads/plain.keras": "clean/keras-3.15.1-sequential.keras",
    "downloads/unknown.keras": "security/foreign-function.keras",
}
"""The model files that guides talk about, and the samples that stand in for them."""

_FILE = re.compile(r"# (\S+\.(?:toml|py))\n")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    """Return a guide."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def blocks(name: str) -> list[tuple[str, str]]:
    """Return language and text of each code block of a guide."""
    return [(found[1], found[2]) for found in _BLOCK.finditer(text(name))]


def put_console(name: str, before: str, after: str) -> None:
    """Write a ``console`` block anew."""
    changed = text(name).replace(f"```console\n{before}```", f"```console\n{after}```")
    (ROOT / "docs" / name).write_text(changed, encoding="utf-8", newline="\n")


def furnish(folder: Path) -> None:
    """Write what the guides' commands find: a repository with models and samples."""
    (folder / ".git").mkdir()
    (folder / "samples").symlink_to(SAMPLES, target_is_directory=True)
    for model, sample in _MODELS.items():
        (folder / model).parent.mkdir(exist_ok=True)
        shutil.copyfile(SAMPLES / sample, folder / model)


def path_of(block: str) -> str | None:
    """Return the path of a block that is a file: its first line is a comment with the path."""
    found = _FILE.match(block)
    return found[1] if found else None


def table(name: str, part: str) -> list[list[str]]:
    """Return the cells of the table between ``<!-- part -->`` and ``<!-- end part -->``."""
    _, _, rest = text(name).partition(f"<!-- {part} -->\n")
    inside, end, _ = rest.partition(f"<!-- end {part} -->")
    assert end, f"{name} has no part '{part}'"
    return [[cell.strip() for cell in _cells(line)] for line in inside.splitlines()[2:]]


def _cells(line: str) -> list[str]:
    return line.strip().removeprefix("|").removesuffix("|").split("|")


def workflows() -> list[str]:
    """Return the workflows of the GitHub guide; a list of steps is put into one."""
    found = []
    for language, block in blocks("in-github.md"):
        if language == "yaml":
            shown: Any = yaml.safe_load(block)
            found.append(_around(shown) if isinstance(shown, list) else block)
    return found


def hook_settings() -> list[str]:
    """Return the configurations of the pre-commit guide."""
    return [block for language, block in blocks("in-pre-commit.md") if language == "yaml"]


def _around(steps: list[Any]) -> str:
    job = {"runs-on": "ubuntu-latest", "steps": steps}
    whole = {"name": "x", "on": "push", "permissions": {"contents": "read"}, "jobs": {"x": job}}
    return yaml.safe_dump(whole, sort_keys=False)

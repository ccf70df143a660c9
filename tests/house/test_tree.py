"""What every file of the project keeps to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import kerasscan

from .ground import ROOT, run

_MACHINE_PATH = re.compile(
    rb"(?<![\w.$}~-])/(?:root|home/[\w.-]+|Users/[\w.-]+|work|opt|mnt|srv)/\w"
)
_IGNORE = re.compile(r"#\s*(?:noqa\b|type:\s*ignore\b)")
_WITH_REASON = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w, -]+\])"
    r"[\s#(:-]+[\w']+\s+\w+"
)


@cache
def files() -> tuple[Path, ...]:
    """Return the files that git would keep; without git all that are not hidden."""
    listed = run(["git", "ls-files", "-co", "--exclude-standard", "-z"])
    names = [name for name in listed.stdout.split("\0") if name]
    found = [ROOT / name for name in names] or [
        path
        for path in ROOT.rglob("*")
        if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    ]
    return tuple(sorted(path for path in found if path.is_file()))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_version_has_an_entry_in_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = re.findall(r"^## \[(.+?)\]", changelog, re.MULTILINE)
    assert kerasscan.__version__ in entries


def test_no_file_holds_a_path_of_somebody_s_machine() -> None:
    found = {_name(path): _MACHINE_PATH.findall(path.read_bytes()) for path in files()}
    assert {name: paths for name, paths in found.items() if paths} == {}


def _reasonless(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if _IGNORE.search(line) and not _WITH_REASON.search(line):
            yield line.strip()


def test_every_ignore_in_the_code_says_why() -> None:
    sources = [path for path in files() if path.suffix == ".py" and path != Path(__file__)]
    found = {_name(path): list(_reasonless(path.read_text(encoding="utf-8"))) for path in sources}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_every_ignore_in_the_settings_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    ignores = re.findall(r'^(?:  "[A-Z]+\d+",|"[^"]+/\*\*" = ).*$', text, re.MULTILINE)
    ignores += re.findall(r"^module = .*$", text, re.MULTILINE)
    assert ignores
    assert [line for line in ignores if not re.search(r"# \S+ \S+", line)] == []


@pytest.mark.parametrize(
    ("line", "is_fine"),
    [
        ("x = 1  # noqa: S603 - our own words", True),
        ("x = 1  # noqa: SIM115, S603  # handed to the caller", True),
        ("x = 1  # type: ignore[override]  # a buffer of any kind", True),
        ("x = 1  # noqa: S603 (no shell)", True),
        ("x = 1", True),
        ("x = 1  # noqa: S603", False),
        ("x = 1  # noqa", False),
        ("x = 1  # noqa everything is wrong here", False),
        ("x = 1  # type: ignore", False),
        ("x = 1  # type: ignore[override]", False),
        ("x = 1  # type: ignore[override]  # why?", False),
    ],
)
def test_a_reason_is_more_than_a_word(line: str, is_fine: bool) -> None:
    assert list(_reasonless(line)) == ([] if is_fine else [line])


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        (b"see |home|somebody|x", True),
        (b'"|Users|somebody|x"', True),
        (b"|work|x", True),
        (b"https:||example.org|home|somebody|x", False),
        (b"the folder home|work|x", False),
        (b"~|work|x", False),
        (b"|tmp|x", False),
    ],
)
def test_what_a_machine_path_is(text: bytes, is_found: bool) -> None:
    assert bool(_MACHINE_PATH.search(text.replace(b"|", b"/"))) is is_found

"""``[tool.kerasscan]`` of the nearest ``pyproject.toml``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reader.handmade import CONFIG
from tests.scanner.packs import put_card

from .door import run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a pack of its own and a model two folders below."""
    put_card(tmp_path / "cards", options='classes = ["Dense"]')
    (tmp_path / "models" / "deep").mkdir(parents=True)
    (tmp_path / "models" / "deep" / "m.json").write_text(CONFIG)
    return tmp_path


def settings(project: Path, text: str) -> Path:
    path = project / "pyproject.toml"
    path.write_text(text)
    return path


def scan(path: Path) -> tuple[int, str]:
    result = run("scan", str(path), "--ignore", "KC2")
    return result.exit_code, result.output


@pytest.mark.parametrize("below", ["", "models", "models/deep", "models/deep/m.json"])
def test_a_pack_of_the_project_is_asked(project: Path, below: str) -> None:
    settings(project, '[tool.kerasscan]\nrules = ["cards"]\n')
    code, output = scan(project / below)
    assert code == 1
    assert "ZZ101" in output


def test_a_relative_path_finds_its_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings(project, '[tool.kerasscan]\nrules = ["cards"]\n')
    monkeypatch.chdir(project / "models")
    assert scan(Path("deep"))[0] == scan(Path("deep/m.json"))[0] == scan(Path())[0] == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[tool.other]\nrules = 3\n",
        "not even TOML",
        "[tool.kerasscan]\n",
        "tool = 3 # no [tool.kerasscan]\n",
    ],
)
def test_a_project_without_packs_sets_nothing(project: Path, text: str) -> None:
    settings(project, text)
    assert scan(project)[0] == 0


def test_the_nearest_settings_count(project: Path) -> None:
    settings(project, '[tool.kerasscan]\nrules = ["cards"]\n')
    settings(project / "models", "[tool.other]\n")
    assert scan(project / "models")[0] == 1
    settings(project / "models", "[tool.kerasscan]\nrules = []\n")
    assert scan(project / "models")[0] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[tool.kerasscan]\nrule = ["cards"]\n', "no key 'rule'; it has: rules"),
        ("[tool.kerasscan]\nrules = 3\n", "rules must be a list of folders"),
        ("[tool.kerasscan]\nrules = [3]\n", "rules must be a list of folders"),
        ('[tool.kerasscan]\nrules = ["gone"]\n', "gone"),
        ("[tool.kerasscan]\nrules = [\n", "not valid TOML"),
        ("[[tool.kerasscan]]\n", "must be a table"),
    ],
)
def test_wrong_settings_are_told_with_their_file(project: Path, text: str, said: str) -> None:
    path = settings(project, text)
    code, output = scan(project / "models")
    assert code == 2
    assert said in output
    assert str(path) in output or "gone" in said

"""Which releases a project pins, and where that is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasscan.catalog.releases import newest
from kerasscan.scanner.pins.resolve import resolved
from kerasscan.scanner.pins.search import Found, find_pins

TOP = ".git"
NEWEST = newest().requirement


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A git work tree with a model two folders below its top."""
    (tmp_path / TOP).mkdir()
    (tmp_path / "models" / "deep").mkdir(parents=True)
    (tmp_path / "models" / "deep" / "m.keras").write_bytes(b"")
    return tmp_path


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def pins(project: Path, name: str, text: str) -> list[str]:
    """Return the requirements that are found in one file of a project."""
    put(project / name, text)
    return list(find_pins(project / "models").requirements)


def releases(*requirements: str) -> list[str]:
    return [release.requirement for release in resolved(requirements)[0]]


def test_a_project_without_pins_pins_nothing(project: Path) -> None:
    put(project / "requirements.txt", "numpy==1.26\npandas\n# keras==3.8.0\n")
    put(project / "pyproject.toml", '[project]\ndependencies = ["flask"]\n')
    assert find_pins(project / "models" / "deep" / "m.keras") == Found()


@pytest.mark.parametrize("below", ["", "models", "models/deep", "models/deep/m.keras"])
def test_pins_are_found_from_every_folder_below(project: Path, below: str) -> None:
    file = put(project / "requirements.txt", "keras==3.8.0\n")
    assert find_pins(project / below) == Found(("keras==3.8.0",), file)


def test_a_relative_path_finds_its_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = put(project / "requirements.txt", "keras==3.8.0\n")
    monkeypatch.chdir(project / "models")
    assert find_pins(Path("deep")).file == file


def test_the_nearest_folder_wins(project: Path) -> None:
    put(project / "uv.lock", '[[package]]\nname = "keras"\nversion = "3.8.0"\n')
    near = put(project / "models" / "environment.yml", "dependencies: [tensorflow=2.10]\n")
    assert find_pins(project / "models" / "deep").file == near


def test_what_lies_above_the_work_tree_is_another_project(project: Path) -> None:
    put(project / "requirements.txt", "keras==3.8.0\n")
    (project / "models" / TOP).mkdir()
    assert find_pins(project / "models" / "deep") == Found()


ALL = {
    "uv.lock": '[[package]]\nname = "keras"\nversion = "3.1.0"\n',
    "poetry.lock": '[[package]]\nname = "keras"\nversion = "3.2.0"\n',
    "requirements.txt": "keras==3.3.0\n",
    "requirements-dev.txt": "keras==3.4.0\n",
    "pyproject.toml": '[project]\ndependencies = ["keras==3.5.0"]\n',
    "environment.yml": "dependencies:\n  - keras==3.6.0\n",
    "environment.yaml": "dependencies:\n  - keras==3.7.0\n",
    "Dockerfile": "RUN pip install keras==3.8.0\n",
}


def test_in_one_folder_locks_come_first_and_the_image_last(project: Path) -> None:
    for name, text in ALL.items():
        put(project / name, text)
    found = []
    for name in ALL:
        file = find_pins(project).file
        assert file is not None
        found.append(file.name)
        (project / name).unlink()
    assert found == list(ALL)


@pytest.mark.parametrize("name", ALL)
def test_every_kind_of_file_is_read(project: Path, name: str) -> None:
    assert len(pins(project, name, ALL[name])) == 1


def test_a_file_that_pins_other_things_is_passed_over(project: Path) -> None:
    put(project / "uv.lock", '[[package]]\nname = "keras-cv"\nversion = "0.9.0"\n')
    file = put(project / "requirements.txt", "keras==3.8.0\n")
    assert find_pins(project).file == file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Keras >= 3.6, <3.9  # ours\n", ["Keras >= 3.6, <3.9"]),
        ("tensorflow[and-cuda]==2.15.1\n", ["tensorflow[and-cuda]==2.15.1"]),
        ("tensorflow-cpu~=2.10.0\nkeras-tuner\n", ["tensorflow-cpu~=2.10.0"]),
        ("tf_keras==2.16.0 \\\n  --hash=sha256:00\n", ["tf_keras==2.16.0"]),
        ('keras==3.8.0; python_version < "3.12"\n', ['keras==3.8.0; python_version < "3.12"']),
        ("-e .\n--index-url https://example.org/keras\n", []),
        ("\ufeffkeras==3.8.0\r\n", ["keras==3.8.0"]),
    ],
)
def test_lines_of_requirements(project: Path, text: str, expected: list[str]) -> None:
    assert pins(project, "requirements.txt", text) == expected


def test_included_requirements_are_read_and_a_circle_ends(project: Path) -> None:
    put(project / "base" / "tf.in", "tensorflow==2.10.1\n-r ../requirements.txt\n-r gone.txt\n")
    assert pins(project, "requirements.txt", "-r base/tf.in  # keras\n") == ["tensorflow==2.10.1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[project.optional-dependencies]\nml = ["keras>=3.6"]\n', ["keras>=3.6"]),
        (
            '[project]\ndependencies = ["tensorflow"]\n[dependency-groups]\ndev = ["keras==3.1.0"]',
            ["tensorflow"],
        ),
        (
            '[dependency-groups]\ndev = [{include-group = "x"}, "keras==3.1.0"]\n',
            ["keras==3.1.0"],
        ),
        ('[tool.pdm.dev-dependencies]\ndev = ["keras<3.2"]\n', ["keras<3.2"]),
        ('[tool.uv]\ndev-dependencies = ["tf-keras"]\n', ["tf-keras"]),
        ('[tool.poetry.dependencies]\npython = "^3.9"\nkeras = "^3.6"\n', ["keras>=3.6,<4"]),
        ('[tool.poetry.dependencies]\nkeras = "~3.6.1"\n', ["keras>=3.6.1,<3.7"]),
        ('[tool.poetry.dependencies]\nkeras = "3.6.0"\n', ["keras==3.6.0"]),
        ('[tool.poetry.dependencies]\nkeras = "*"\n', ["keras"]),
        (
            '[tool.poetry.group.ml.dependencies]\ntensorflow = {version = ">=2.4,<2.11"}\n',
            ["tensorflow>=2.4,<2.11"],
        ),
        ('project = "keras"\ntool = 3\n', []),
        ('[project]\ndependencies = "keras"\n', []),
    ],
)
def test_tables_of_a_project(project: Path, text: str, expected: list[str]) -> None:
    assert pins(project, "pyproject.toml", text) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("tensorflow=2.10", "tensorflow==2.10.*"),
        ("tensorflow==2.10.0", "tensorflow==2.10.0"),
        ("tensorflow=2.10.0=gpu_py39h9bca9fa_0", "tensorflow==2.10.0"),
        ("conda-forge::keras>=3.6,<3.9", "keras>=3.6,<3.9"),
        ("tensorflow-gpu 2.4.1", "tensorflow-gpu==2.4.1"),
        ("keras", "keras"),
        ("{pip: [numpy, keras==3.8.0]}", "keras==3.8.0"),
    ],
)
def test_specs_of_an_environment(project: Path, spec: str, expected: str) -> None:
    assert pins(project, "environment.yml", f"dependencies:\n  - {spec}\n") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM tensorflow/tensorflow:2.10.0-gpu-jupyter\n", ["tensorflow==2.10.0"]),
        ("FROM --platform=x docker.io/tensorflow/tensorflow AS b\n", ["tensorflow"]),
        ("FROM tensorflow/tensorflow:latest-gpu\n", ["tensorflow"]),
        ("ARG TF\nFROM tensorflow/tensorflow:${TF}\n", []),
        ("FROM tensorflow/serving:2.10.0\n", []),
        (
            "FROM tensorflow/tensorflow:2.10.0\nRUN apt-get update && \\\n pip3 install -U "
            "--no-cache-dir 'keras>=3.6' numpy; echo\n",
            ["keras>=3.6"],
        ),
        ("RUN uv pip install keras==$V\n", []),
        ("# RUN pip install keras==3.1.0\n", []),
        ('RUN pip install "keras==3.1.0\n', []),
    ],
)
def test_lines_of_an_image(project: Path, text: str, expected: list[str]) -> None:
    assert pins(project, "Dockerfile", text) == expected


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("uv.lock", b"keras = [", "is no TOML"),
        ("uv.lock", b"keras = " + b"[" * 100_000, "is n"),
        ("pyproject.toml", b"keras = '\xff'", "is no UTF-8 text"),
        ("environment.yml", b"keras: [", "is no YAML"),
        ("environment.yml", b"keras: " + b"[" * 100_000, "is no YAML"),
        ("environment.yml", b"keras: 2020-99-99", "is no YAML"),
    ],
)
def test_a_broken_file_is_a_note_and_the_search_goes_on(
    project: Path, name: str, data: bytes, said: str
) -> None:
    (project / "models" / name).write_bytes(data)
    file = put(project / "requirements.txt", "keras==3.8.0\n")
    found = find_pins(project / "models")
    assert found.file == file
    (note,) = found.notes
    assert name in note
    assert said in note


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        (["keras==3.8.0"], ["keras==3.8.0"]),
        (["keras>=3.6,<3.9"], ["keras==3.8.0"]),
        (["tensorflow==2.10.1"], ["tensorflow==2.10"]),
        (["tensorflow<2.16"], ["tensorflow==2.15"]),
        (["tensorflow"], [NEWEST]),
        (["tensorflow==2.18.0", "keras==3.8.0"], ["keras==3.8.0"]),
        (["tensorflow==2.15.1", "keras==2.15.0"], ["tensorflow==2.15"]),
        (["tensorflow==2.10", "keras"], ["tensorflow==2.10"]),
        (["keras<3"], ["tensorflow==2.15"]),
        (["keras==2.9.0"], ["tensorflow==2.9"]),
        (["keras==2.3.1", "tensorflow==2.1"], ["keras==2.3.1", "tensorflow==2.1"]),
        (["tensorflow==2.15", "keras==3.0.5"], ["tensorflow==2.15", "keras==3.0.5"]),
        (["tf-keras~=2.18.0"], ["tf-keras==2.18.0"]),
    ],
)
def test_of_a_range_the_newest_release_is_taken_as_pip_does(
    requirements: list[str], expected: list[str]
) -> None:
    assert releases(*requirements) == expected


def test_legacy_keras_beside_keras_3_is_noted() -> None:
    found, notes = resolved(["tensorflow==2.18.0", "tf-keras==2.18.0"])
    assert [each.requirement for each in found] == [NEWEST, "tf-keras==2.18.0"]
    assert "TF_USE_LEGACY_KERAS" in notes[0]


@pytest.mark.parametrize("requirement", ["keras==99", "tensorflow==0.12", "keras==", "keras @ x y"])
def test_a_pin_that_nobody_knows_is_a_note_of_one_line(requirement: str) -> None:
    found, notes = resolved([requirement])
    assert not found
    (note,) = notes
    assert requirement in note
    assert len(note) < 120
    assert "\n" not in note

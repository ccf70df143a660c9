"""What the project's own Python files and known packages say of a need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasscan.custom.known import importable, passed_names, registered_names
from kerasscan.custom.standing import Standing, Verdict, verdicts
from kerasscan.source import read_source
from tests.reader.handmade import layer, read_json, sequential

CLASS = "class Scale(keras.layers.Layer):\n    pass\n"
REGISTER = "@keras.saving.register_keras_serializable"


def own(registered: str | None = None, module: str | None = None) -> dict[str, Any]:
    made = {**layer("Scale", "x"), "module": module, "registered_name": registered or "Scale"}
    return sequential("m", made)


def judged(folder: Path, made: dict[str, Any], text: str | None, name: str = "own.py") -> Verdict:
    saved = read_json(folder, made)
    source = None
    if text is not None:
        (folder / "src").mkdir(exist_ok=True)
        (folder / "src" / name).write_text(f"import keras\n{text}", encoding="utf-8")
        source = read_source([folder / "src"])
    (seen,) = verdicts(saved, source)
    return seen


@pytest.mark.parametrize(
    ("registered", "text", "standing"),
    [
        ("p>Scale", f'{REGISTER}("p")\n{CLASS}', Standing.REGISTERED_HERE),
        ("p>Other", f'{REGISTER}("p", "Other")\n{CLASS}', Standing.REGISTERED_HERE),
        ("Custom>Scale", f"{REGISTER}()\n{CLASS}", Standing.REGISTERED_HERE),
        ("p>Scale", f"import os\n{REGISTER}(os.name)\n{CLASS}", Standing.REGISTERED_HERE),
        (None, CLASS + "keras.models.load_model('m', {'Scale': Scale})", Standing.PASSED_HERE),
        ("p>Scale", CLASS + "f(custom_objects={'p>Scale': Scale})", Standing.PASSED_HERE),
        ("p>Scale", CLASS + "f(custom_objects={'Scale': Scale})", Standing.DEFINED_HERE),
        ("p>Scale", f'{REGISTER}("q")\n{CLASS}', Standing.DRIFTED),
        (None, f'{REGISTER}("q")\n{CLASS}', Standing.DRIFTED),
        (None, CLASS, Standing.DEFINED_HERE),
        ("p>Scale", CLASS, Standing.DEFINED_HERE),
        (None, "def Scale(x):\n    return x\n", Standing.UNREGISTERED),
        (None, "", Standing.UNREGISTERED),
        (None, None, Standing.UNREGISTERED),
        ("p>Scale", "", Standing.REGISTERED),
    ],
)
def test_what_the_source_says_decides(
    tmp_path: Path, registered: str | None, text: str | None, standing: Standing
) -> None:
    assert judged(tmp_path, own(registered), text).standing is standing


def test_a_known_package_provides_what_the_project_does_not_have(tmp_path: Path) -> None:
    seen = judged(tmp_path, own("Addons>Scale"), "")
    assert seen.standing is Standing.PROVIDED
    assert seen.provider is not None
    assert seen.provider.package == "tensorflow-addons"


def test_the_project_comes_before_a_known_package(tmp_path: Path) -> None:
    seen = judged(tmp_path, own("Addons>Scale"), f'{REGISTER}("Addons")\n{CLASS}')
    assert seen.standing is Standing.REGISTERED_HERE


def test_of_several_definitions_the_one_in_the_module_of_the_file_is_meant(tmp_path: Path) -> None:
    judged(tmp_path, own(), CLASS, "aaa.py")
    seen = judged(tmp_path, own(module="src.own"), CLASS)
    assert seen.definition is not None
    assert (seen.definition.spot.file, seen.others) == ("own.py", 1)


def test_a_program_knows_what_it_registers_passes_and_can_import(tmp_path: Path) -> None:
    text = f'{REGISTER}("p")\n{CLASS}\nkeras.saving.get_custom_objects()["f"] = abs\n'
    text += 'load_model("m", {"g": abs})\n'
    (tmp_path / "own.py").write_text(f"import keras\n{text}")
    source = read_source([tmp_path])
    assert registered_names(source) == {"p>Scale", "f"}
    assert passed_names(source) == {"g"}
    assert importable(source) == {"own.Scale"}

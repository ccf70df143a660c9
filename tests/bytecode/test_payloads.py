"""What each Python said of its own code objects, against what is read of them here.

``payloads.json`` and ``reaching.json`` hold code that CPython 2.7 and 3.6 to 3.13 compiled
(``make.py``). It is read, never run.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kerasscan.bytecode import decode, reach, read_code, writers
from kerasscan.model.bytecode import StoredCode, Unreadable

HERE = Path(__file__).parent
PAYLOADS: dict[str, list[dict[str, Any]]] = json.loads((HERE / "payloads.json").read_text("utf-8"))
REACHING: dict[str, list[dict[str, str]]] = json.loads((HERE / "reaching.json").read_text("utf-8"))

UNORDERED = ("strings", "cell_names")
"""What the interpreter's answers are sorted by, as sets and cells come in any order."""


def stored(text: str) -> StoredCode:
    """Read a payload that has to be readable."""
    code = read_code(decode(text))
    assert isinstance(code, StoredCode), code
    return code


def told(code: StoredCode) -> dict[str, Any]:
    """Return what is read, in the words of the payload's facts."""
    facts: dict[str, Any] = {"codes": [told(each) for each in code.codes]}
    for key in ("name", "qualname", "filename", "first_line", "flags"):
        facts[key] = getattr(code, key)
    for key in ("arguments", "local_names", "names", "free_names", "imports", *UNORDERED):
        facts[key] = list(getattr(code, key))
    for key in UNORDERED:
        facts[key].sort()
    return facts


def without_imports(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts without imports, of which `dis` of Python 2 does not tell."""
    codes = [without_imports(each) for each in facts["codes"]]
    return {**facts, "imports": None, "codes": codes}


@pytest.mark.parametrize("version", PAYLOADS)
def test_every_code_is_read_as_its_own_python_describes_it(version: str) -> None:
    for payload in PAYLOADS[version]:
        facts = told(stored(payload["stored"]))
        expected = payload["facts"]
        if version == "2.7":
            facts, expected = without_imports(facts), without_imports(expected)
        assert facts == expected, payload["name"]


@pytest.mark.parametrize("version", PAYLOADS)
def test_every_instruction_is_followed(version: str) -> None:
    for payload in PAYLOADS[version]:
        for code in stored(payload["stored"]).walk():
            assert code.is_followed, (payload["name"], code.name)


@pytest.mark.parametrize("version", PAYLOADS)
def test_the_python_that_wrote_it_is_in_the_span(version: str) -> None:
    major, _, minor = version.partition(".")
    wrote = int(major), int(minor)
    for payload in PAYLOADS[version]:
        first, last = stored(payload["stored"]).python
        assert first <= wrote <= last, payload["name"]
        assert last[1] - first[1] <= 7
        assert writers(decode(payload["stored"])) == (first, last)


@pytest.mark.parametrize("version", REACHING)
def test_every_function_has_its_rank(version: str) -> None:
    judged = {each["source"]: reach(stored(each["stored"])).rank for each in REACHING[version]}
    assert judged == {each["source"]: each["rank"] for each in REACHING[version]}


def test_what_imports_are_relative_is_told() -> None:
    found = {
        version: next(stored(p["stored"]).imports for p in payloads if p["name"] == "relative")
        for version, payloads in PAYLOADS.items()
    }
    assert set(found.values()) == {("..", "..deep.er")}


def test_the_exec_statement_of_python_2_needs_no_name() -> None:
    payload = next(p for p in PAYLOADS["2.7"] if p["name"] == "exec")
    code = stored(payload["stored"])
    assert code.all_names == ()
    assert reach(code).evidence == ("exec",)


def test_generators_and_coroutines_are_told_from_functions() -> None:
    codes = {p["name"]: stored(p["stored"]) for p in PAYLOADS["3.13"]}
    assert (codes["double"].is_generator, codes["double"].is_async) == (False, False)
    assert (codes["generator"].is_generator, codes["generator"].is_async) == (True, False)
    assert (codes["async"].is_generator, codes["async"].is_async) == (False, True)
    assert (codes["async-generator"].is_generator, codes["async-generator"].is_async) == (
        True,
        True,
    )


def test_a_cut_payload_is_unreadable_wherever_it_is_cut() -> None:
    for version in ("2.7", "3.7", "3.10", "3.13"):
        payload = next(p for p in PAYLOADS[version] if p["name"] == "nested")
        data = decode(payload["stored"])
        assert isinstance(data, bytes)
        for end in range(len(data)):
            assert isinstance(read_code(data[:end]), Unreadable), (version, end)


def test_a_typical_code_is_read_and_judged_in_less_than_a_millisecond() -> None:
    texts = [each["stored"] for each in REACHING["3.11"]]
    reach(stored(texts[0]))  # loads the tables
    read_code.cache_clear()
    start = time.process_time()
    for text in texts:
        reach(stored(text))
    assert (time.process_time() - start) / len(texts) < 0.001


def test_marshal_is_not_imported() -> None:
    names = {name for name in sys.modules if name.startswith("kerasscan.bytecode")}
    assert names
    assert not [name for name in names if hasattr(sys.modules[name], "marshal")]

"""Running the examples on cards."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from kerasscan.model.finding import Example
from kerasscan.model.saved import Artifact, Container, Problem, ProblemKind, Saved
from kerasscan.reader.reading import read
from kerasscan.rulebook.bad_cards import BadCards
from kerasscan.rulebook.builtin import builtin_rules
from kerasscan.rulebook.examples import ExampleResult, run_examples, write_example
from kerasscan.rulebook.known_checks import checks_for
from kerasscan.rulebook.load import load_packs

from .toys import CHECKS, put_card, read_toy


def _run(folder: Path, *changes: tuple[str, str]) -> list[ExampleResult]:
    put_card(folder, *changes)
    return run_examples(load_packs([folder], checks=CHECKS, beside=()), read_toy, CHECKS)


def test_examples_that_are_as_the_card_says_pass(tmp_path: Path) -> None:
    results = _run(tmp_path)
    assert [str(result) for result in results] == [
        "ok AC101 flagged: a Lambda between two others",
        "ok AC101 clean: no Lambda",
    ]
    assert all(result.passed for result in results)


def test_without_layers_one_finding_is_enough(tmp_path: Path) -> None:
    assert _run(tmp_path, ('layers = ["b"]', ""))[0].passed


def test_an_example_in_which_nothing_is_found_fails(tmp_path: Path) -> None:
    flagged, clean = _run(tmp_path, ('classes = ["Lambda"]', 'classes = ["Conv2D"]'))
    assert clean.passed
    assert not flagged.passed
    assert flagged.message == "expected a finding, found none"


def test_a_clean_example_in_which_something_is_found_fails(tmp_path: Path) -> None:
    flagged, clean = _run(
        tmp_path, ('classes = ["Lambda"]', 'classes = ["Dense"]'), ('layers = ["b"]', "")
    )
    assert flagged.passed
    assert str(clean).splitlines() == [
        "FAILED AC101 clean: no Lambda",
        "  expected no finding, found 1",
        "  + a: Layer 'a' is a Dense.",
    ]


def test_findings_in_other_layers_than_expected_are_shown(tmp_path: Path) -> None:
    flagged = _run(tmp_path, ('layers = ["b"]', 'layers = ["a", "b", ""]'))[0]
    assert str(flagged).splitlines()[1:] == [
        "  the findings are in other layers than expected (- expected, + found)",
        "  - a",
        "    b",
        "  - (the model)",
    ]


def test_findings_must_be_in_the_expected_order(tmp_path: Path) -> None:
    both = ('classes = ["Lambda"]', 'classes = ["Dense", "Lambda"]')
    assert _run(tmp_path, both, ('layers = ["b"]', 'layers = ["a", "b"]'))[0].passed
    assert not _run(tmp_path, both, ('layers = ["b"]', 'layers = ["b", "a"]'))[0].passed


def test_a_fact_that_is_not_there_fails_the_example_and_not_the_run(tmp_path: Path) -> None:
    flagged, clean = _run(tmp_path, ("a {class}.", "a {config.rate}."))
    assert flagged.message.startswith("the check gives no fact 'config.rate'")
    assert clean.passed


def test_a_sample_that_is_not_there_fails_the_example(tmp_path: Path) -> None:
    text = 'text = \'{"layers": [{"class": "Dense", "name": "a"}]}\''
    clean = _run(tmp_path, (text, 'sample = "samples/none.h5"'))[1]
    assert clean.message == "the sample samples/none.h5 is not there"


def test_what_the_reader_could_not_read_is_told(tmp_path: Path) -> None:
    def read(path: Path) -> Saved:
        problem = Problem(ProblemKind.DAMAGED_JSON, "line 3")
        return Saved(Artifact(str(path), Container.JSON, 0), problems=(problem,))

    put_card(tmp_path)
    flagged, _ = run_examples(load_packs([tmp_path], checks=CHECKS, beside=()), read, CHECKS)
    assert flagged.message == (
        "expected a finding, found none; the reader reports damaged-json: line 3"
    )


def test_an_example_is_written_in_each_of_its_forms(tmp_path: Path) -> None:
    card, out = tmp_path / "rules" / "card.toml", tmp_path / "out"
    (tmp_path / "samples" / "model").mkdir(parents=True)
    (tmp_path / "samples" / "model" / "config.json").write_bytes(b"{}")
    (tmp_path / "samples" / "x.h5").write_bytes(b"\x89HDF")
    card.parent.mkdir()
    out.mkdir()

    def write(example: Example) -> Path:
        return write_example(example, card, out)

    text = write(Example("t", True, "a.json", text="é\n"))
    assert (text, text.read_bytes()) == (out / "a.json", "é\n".encode())
    assert write(Example("t", True, "b.h5", hex="89 48\n44")).read_bytes() == b"\x89HD"
    assert write(Example("t", True, "c.json", text="")).read_bytes() == b""
    assert write(Example("t", True, "d.h5", sample="../samples/x.h5")).read_bytes() == b"\x89HDF"
    folder = write(Example("t", True, "model", sample="../samples/model"))
    assert (folder / "config.json").read_bytes() == b"{}"
    zipped = write(Example("t", True, "e.keras", members={"config.json": "{}", "../x": "y"}))
    with zipfile.ZipFile(zipped) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "config.json": b"{}",
            "../x": b"y",
        }


def test_examples_leave_nothing_behind(tmp_path: Path) -> None:
    seen: list[Path] = []

    def read(path: Path) -> Saved:
        assert path.is_file()
        seen.append(path)
        return read_toy(path)

    put_card(tmp_path)
    run_examples(load_packs([tmp_path], checks=CHECKS, beside=()), read, CHECKS)
    assert [path.name for path in seen] == ["model.json", "model.json"]
    assert not any(path.parent.exists() for path in seen)


def test_an_example_is_judged_for_the_release_that_it_names() -> None:
    rules = {rule.id: rule for rule in builtin_rules()}
    wanted = [rules["KC207"], rules["KC221"]]  # in one release only, under one Python only
    checks = checks_for(rule.check for rule in wanted)
    assert [result.passed for result in run_examples(wanted, read, checks)] == [True] * sum(
        len(rule.examples) for rule in wanted
    )
    assert {example.target for example in wanted[0].examples} == {"keras==3.8.0", "keras==3.15.1"}
    assert {example.python for example in wanted[1].examples} == {"3.11", "3.10", None}


def test_an_example_for_a_release_that_nobody_knows_is_a_fault(tmp_path: Path) -> None:
    put_card(tmp_path, ('layers = ["b"]', 'layers = ["b"]\ntarget = "keras==99"'))
    with pytest.raises(BadCards, match=r"examples.flagged\[0\].target: 'keras==99' allows no"):
        load_packs([tmp_path], checks=CHECKS, beside=())

"""What is shown of a configuration, and what is not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerasscan.model.excerpt import Excerpt, Part
from kerasscan.model.saved import Document, Purpose
from kerasscan.report.excerpts.excerpt import with_excerpts
from kerasscan.report.excerpts.layout import MOST_LINES, MOST_LINES_AT_ALL
from kerasscan.report.excerpts.redacted import redacted, shown

from .reports import LAMBDA, finding


def show(value: Any, *pointers: str) -> tuple[list[Excerpt | None], Part]:
    """Return the excerpts of findings in a document, and the document as it is shown."""
    flaws = [finding(LAMBDA, "Found.", member="config.json", pointer=each) for each in pointers]
    document = Document("config.json", Purpose.MODEL, value)
    found, (part,) = with_excerpts(flaws, [document])
    return [each.excerpt for each in found], part


CONFIG: dict[str, Any] = {
    "name": "m",
    "rate": 0.5,
    "axis": -1,
    "shape": [None, 3],
    "units": 2,
    "last": {},
}


def test_a_value_is_shown_between_its_neighbours() -> None:
    (excerpt,), _ = show(CONFIG, "/axis")
    assert excerpt == Excerpt(
        ('"name": "m",', '"rate": 0.5,', '"axis": -1,', '"shape": [null, 3],', '"units": 2,'), 2, 2
    )


def test_of_an_object_its_first_lines_are_shown() -> None:
    (excerpt,), _ = show({"layers": [CONFIG]}, "/layers/0")
    assert excerpt == Excerpt(
        ("{", '  "name": "m",', '  "rate": 0.5,', '  "axis": -1,', '  "shape": [null, 3],'), 0, 4
    )


def test_a_pointer_that_leads_nowhere_shows_what_is_around_it() -> None:
    (excerpt, missing), _ = show({"layers": [CONFIG], "x": 1}, "/layers/0", "/layers/0/none/a")
    assert missing == excerpt


def test_what_is_about_a_whole_file_or_document_has_no_excerpt() -> None:
    flaws = [finding(LAMBDA, "Found.", member=member) for member in ("", "config.json", "other")]
    found, parts = with_excerpts(flaws, [Document("config.json", Purpose.MODEL, CONFIG)])
    assert [each.excerpt for each in found] == [None] * 3
    assert parts == ()


def test_of_two_documents_in_a_member_the_inner_one_is_meant() -> None:
    documents = [
        Document("", Purpose.MODEL, {"a": {"b": 1}}),
        Document("", Purpose.TRAINING, {"loss": {"c": 2, "d": 3}}, pointer="/training"),
    ]
    flaw = finding(LAMBDA, "Found.", pointer="/training/loss/d")
    (found,), (part,) = with_excerpts([flaw], documents)
    assert found.excerpt is not None
    assert found.excerpt.lines[found.excerpt.first].strip() == '"d": 3'
    assert part.pointer == "/training"


@pytest.mark.parametrize("text", ["relu", "encoder/scale", "my loss", "keras.layers", "/", "a\\b"])
def test_names_are_shown(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("4wEAAAAAAAAAAAAAAAEAAAABAAAAUwAA", "<32 characters of encoded bytes>"),
        ("word " * 20, "<100 characters>"),
        ("/home-of/x/vocab.txt", "<path>"),
        ("C:\\models\\x", "<path>"),
        ("~/.ssh/id", "<path>"),
        ("../up.txt", "<path>"),
        ("a/../../up.txt", "<path>"),
        ("\\\\server\\share", "<path>"),
        ("https://user:word@host/", "<URL>"),
    ],
)
def test_code_long_strings_and_paths_are_not(text: str, words: str) -> None:
    assert redacted(text) == words


def test_keys_are_redacted_too() -> None:
    _, part = show({"/etc/x": 1, "k" * 100: 2, "a": 3}, "/a")
    assert json.loads(part.text) == {"<path>": 1, "<100 characters>": 2, "a": 3}


@pytest.mark.parametrize(
    "value",
    [10**6000, float("nan"), b"bytes", "\u202e\x00\ud800\U000e0001"],
    ids=["huge", "nan", "bytes", "hidden"],
)
def test_every_value_is_shown_in_visible_characters(value: object) -> None:
    assert shown(value).isprintable()
    json.loads(shown(value))


def test_a_deep_document_is_no_danger() -> None:
    value: Any = 1
    for _ in range(20_000):
        value = {"a": value}
    (excerpt,), part = show(value, "/a" * 19_000)
    assert excerpt is not None
    assert part.text.count("\n") <= MOST_LINES_AT_ALL + 2 * 20_000


def test_a_big_document_is_shown_in_part_and_says_so() -> None:
    layers = [{"name": f"layer {number}", "config": CONFIG} for number in range(5_000)]
    (excerpt,), part = show({"layers": layers}, "/layers/4000/config/rate")
    assert part.text.count("\n") < 2 * MOST_LINES
    assert "<3,960 more>" in part.text
    assert "<999 more>" in part.text
    assert excerpt is not None
    assert excerpt.lines[excerpt.first].strip() == '"rate": 0.5,'
    json.loads(part.text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=30,
)


@settings(max_examples=100, deadline=None)
@given(JSON, JSON)
def test_regions_lead_to_their_values(first: Any, second: Any) -> None:
    _, part = show({"first": first, "rest": [second, {"k": first}]}, "/first", "/rest/1", "/no")
    json.loads(part.text)
    assert all(char.isprintable() for char in part.text.replace("\n", ""))
    lines = part.text.split("\n")
    for region in part.regions.values():
        text = part.text[region.offset : region.offset + region.length]
        json.loads(text)
        assert lines[region.start_line - 1][region.start_column - 1 :].startswith(
            text.split("\n")[0]
        )
        assert lines[region.end_line - 1][: region.end_column - 1].endswith(text.split("\n")[-1])

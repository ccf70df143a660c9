"""When classes and arguments came and went."""

from __future__ import annotations

import pytest

from kerasscan.catalog.contents import shipped
from kerasscan.catalog.history import History, histories, releases_of
from kerasscan.catalog.shipped import known_releases


def of(line: str, name: str) -> History:
    """Return the public object of that name in a product line."""
    (found,) = [each for each in histories(name) if each.line == line and each.path[0] != "~"]
    return found


def test_a_class_that_always_was_there_has_one_span_a_line() -> None:
    assert of("keras2", "Dense").spans == (("2.0.0", "2.3.1"),)
    assert of("keras3", "Dense").spans == ((releases_of("keras3")[0], releases_of("keras3")[-1]),)


def test_an_argument_without_intervals_is_there_as_long_as_its_class() -> None:
    dense = of("keras3", "Dense")
    assert dense.arguments["units"] == dense.spans


@pytest.mark.parametrize(
    ("name", "argument", "first"),
    [
        ("Dense", "quantization_config", "3.13.0"),
        ("MultiHeadAttention", "use_gate", "3.14.0"),
        ("BatchNormalization", "renorm", "3.14.0"),
    ],
)
def test_an_argument_begins_with_the_release_that_brought_it(
    name: str, argument: str, first: str
) -> None:
    history = of("keras3", name)
    assert [start for start, _ in history.arguments[argument]] == [first]
    assert history.written[argument] == history.arguments[argument]


def test_a_name_is_found_by_a_path_that_ends_in_it() -> None:
    assert histories("layers.LSTM") == histories("keras.layers.LSTM")
    assert histories("no.such.LSTM") == []


def test_every_span_agrees_with_the_unfolded_releases() -> None:
    for known in known_releases()[::9]:
        order = releases_of(known.line).index
        contents = shipped(known.requirement)
        for history in histories("Conv2D"):
            if history.line == known.line:
                within = [(order(first), order(last)) for first, last in history.spans]
                is_inside = any(a <= order(known.version) <= b for a, b in within)
                assert is_inside == (history.path in contents.family("layers"))

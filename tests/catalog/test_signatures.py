"""What the catalog reads out of source text agrees with what installed releases answered.

`tests/recordings/signatures.json` holds the answers: signatures of constructors, keys that
`get_config` writes, and whether an argument that occurs in files was accepted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest

from kerasscan.catalog.contents import contents_of
from kerasscan.catalog.releases import requested
from kerasscan.catalog.shipped import Shipped

RECORDING = Path(__file__).parents[1] / "recordings" / "signatures.json"
CLASSES, RELEASES, PROBES = 30, 13, 20_000

_KERAS_1_NAME = (
    "taken: the function before the constructor (`recurrent_args_preprocessor`) makes it an"
    " `input_shape`; the harvest reads tables of renames and not what such functions do"
)
EXPLAINED = {
    ("keras==2.2.4", "keras.layers.GRU", "input_dim"): _KERAS_1_NAME,
    ("keras==2.2.4", "keras.layers.LSTM", "input_dim"): _KERAS_1_NAME,
    ("keras==2.2.4", "keras.layers.SimpleRNN", "input_dim"): _KERAS_1_NAME,
}
"""Where the catalog is known to differ from an installed release: it says "refused"."""


@dataclass(frozen=True)
class Answer:
    """One class of an installed release, as it answered."""

    line: dict[str, Any]

    @property
    def release(self) -> str:
        return str(self.line["release"])

    @property
    def name(self) -> str:
        return str(self.line["class"])

    @property
    def is_there(self) -> bool:
        return "path" in self.line

    @cached_property
    def shipped(self) -> Shipped | None:
        """What the catalog has under the path by which the class was found."""
        contents = contents_of(requested(self.release)[0].known)
        return contents.by_path(self.line.get("path", self.name))

    @property
    def parameters(self) -> Iterator[tuple[str, bool]]:
        """Named parameters of the signature, and whether they are required."""
        for written in self.line["signature"]:
            name = written.removeprefix("*, ")
            if not name.startswith("*"):
                yield name.rstrip("="), not name.endswith("=")

    @property
    def is_closed(self) -> bool:
        """Whether the signature has no `**kwargs`."""
        return not any(written.startswith("**") for written in self.line["signature"])

    @property
    def probes(self) -> Iterator[tuple[str, bool]]:
        """Arguments that were tried, and whether they were accepted."""
        for probe in self.line["accepted"]:
            yield probe, True
        for probes in self.line["refused"].values():
            for probe in probes:
                yield probe, False

    @property
    def written(self) -> frozenset[str]:
        """Keys of the config of an instance."""
        return frozenset(self.line["config"])

    @property
    def is_abandoned(self) -> bool:
        """Whether nothing but an ImportError comes of the class."""
        return str(self.line.get("config", "")).startswith("ImportError")


@cache
def answers() -> tuple[Answer, ...]:
    return tuple(Answer(line) for line in json.loads(RECORDING.read_text("utf-8")))


def known() -> Iterator[tuple[Answer, Shipped]]:
    """Every class that a release has, with what the catalog says of it."""
    for answer in answers():
        if answer.is_there:
            assert answer.shipped is not None, (answer.release, answer.name)
            yield answer, answer.shipped


def test_as_many_classes_and_releases_as_promised_were_asked() -> None:
    releases = {answer.release for answer in answers()}
    asked = Counter(answer.name for answer in answers() if answer.is_there)
    assert len(releases) >= RELEASES
    assert sum(times >= 10 for times in asked.values()) >= CLASSES
    assert sum(len(list(answer.probes)) for answer, _ in known()) >= PROBES


def test_the_catalog_has_a_class_exactly_where_the_release_has_it() -> None:
    differing = [
        (answer.release, answer.name)
        for answer in answers()
        if answer.is_there != (answer.shipped is not None)
    ]
    assert differing == []


def test_every_argument_of_a_signature_is_in_the_catalog() -> None:
    missing = [
        (answer.release, answer.name, name)
        for answer, shipped in known()
        for name, _ in answer.parameters
        if name not in shipped.arguments
    ]
    assert missing == []


def test_a_signature_without_kwargs_takes_nothing_else() -> None:
    more = [
        (answer.release, answer.name)
        for answer, shipped in known()
        if answer.is_closed
        and (shipped.swallows_unknown or set(shipped.arguments) - dict(answer.parameters).keys())
    ]
    assert more == []


def test_the_same_arguments_are_required() -> None:
    differing = [
        (answer.release, answer.name, shipped.required)
        for answer, shipped in known()
        if {name for name, is_required in answer.parameters if is_required} != set(shipped.required)
    ]
    assert differing == []


def test_an_argument_is_accepted_exactly_where_the_release_accepts_it() -> None:
    differing = {
        (answer.release, answer.name, probe): is_accepted
        for answer, shipped in known()
        for probe, is_accepted in answer.probes
        if shipped.accepts(probe) != is_accepted
    }
    assert differing == dict.fromkeys(EXPLAINED, True)


def test_only_the_warning_in_place_of_a_legacy_optimizer_answers_otherwise() -> None:
    otherwise = {
        (answer.name, answer.is_abandoned) for answer, _ in known() if answer.line["other"]
    }
    assert otherwise == {("keras.optimizers.legacy.Adam", True)}


def test_what_the_catalog_says_is_always_written_is_written() -> None:
    missing = [
        (answer.release, answer.name, sorted(set(shipped.written) - answer.written))
        for answer, shipped in known()
        if not answer.is_abandoned and not answer.written.issuperset(shipped.written)
    ]
    assert missing == []


def test_what_is_written_is_in_the_catalog() -> None:
    unknown = [
        (answer.release, answer.name, key)
        for answer, shipped in known()
        if not answer.is_abandoned and not shipped.writes_more
        for key in sorted(answer.written - {*shipped.written, *shipped.written_sometimes})
    ]
    assert unknown == []


@pytest.mark.parametrize("release", sorted({answer.release for answer in answers()}))
def test_an_argument_that_nobody_knows_is_accepted_only_where_it_is_swallowed(
    release: str,
) -> None:
    accepting = {
        answer.name
        for answer, _ in known()
        if answer.release == release and ("nonsense_argument", True) in answer.probes
    }
    is_keras_3 = release.startswith("keras==3")
    assert accepting == ({"keras.layers.InputLayer"} if is_keras_3 else set())

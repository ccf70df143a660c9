"""The grade that is printed for a release is what that release was recorded to do."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from kerasscan.catalog.releases import Release, releases
from kerasscan.hazards.finding import hazards
from kerasscan.hazards.grading import effect_of
from kerasscan.model.hazard import Effect
from kerasscan.model.saved import Saved
from kerasscan.reader.reading import read
from tests.hostile.tricks import BY_ID

RECORDINGS = Path(__file__).parents[1] / "recordings" / "hostile"
RELEASES = {release.requirement: release for release in releases()}
HARMLESS: Final = (Effect.REFUSED, Effect.NONE)

UNSEEN: Final = (
    (r"(loss|metric|learning-rate|regularizer)-|lambda-training-|lambda-as-(loss|metric)"
     r"|regex-muon", "what is called in training only: the recorder calls the model once"),
    (r"(tfsm|vocabulary|external)-absent|vocabulary-http", "the file that it names is not there"),
    (r"output-shape-", "called on a shape, which the recorder cannot tell from Keras' own calls"),
    (r"(zip-)?polyglot", "what the half does that is read under another name counts too"),
    (r"arguments-", "what a Lambda does with its arguments depends on its function"),
)  # fmt: skip
"""Tricks of which a recording can show less than may happen, and why."""

ELSEWHERE: Final = (
    "unsupported callable",  # a class or built-in whose signature Python cannot tell
    "wrapper has not been initialized",  # an artefact of TensorFlow 2.15 under the recorder
    "expected 2 variables, but received 0",  # 2.13 looks for the weights in another place
)
"""Messages of loads that stop at something that is not the trick."""


@cache
def saved(trick: str, folder: Path) -> Saved:
    room = folder / trick
    room.mkdir()
    return read(BY_ID[trick].make(room))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tricks")


def graded(trick: str, release: Release, folder: Path) -> Effect | None:
    """Return what a file as a whole does: the load stops where one of its hazards is refused."""
    found = saved(trick, folder)
    effects = [effect_of(hazard, found, release) for hazard in hazards(found)]
    if not effects:
        return None
    if Effect.REFUSED in effects:
        return Effect.REFUSED
    return min(effects, key=lambda effect: effect.rank)


def agrees(trick: str, grade: Effect, recorded: dict[str, Any]) -> bool:
    seen = [Effect(effect) for effect in recorded["effects"]]
    if grade in seen or (grade in HARMLESS and seen[0] in HARMLESS):
        return True
    if any(words in recorded.get("message", "") for words in ELSEWHERE):
        return True
    if grade is Effect.CODE_ON_CALL and "call_error" in recorded:
        return True  # it was called, with arguments that it does not take
    may_be_less = any(re.match(pattern, trick) for pattern, _ in UNSEEN)
    return may_be_less and seen[0] in HARMLESS


@pytest.mark.parametrize("file", sorted(RECORDINGS.glob("*.json")), ids=lambda file: file.stem)
def test_the_grade_is_what_the_release_does(file: Path, folder: Path) -> None:
    release = RELEASES[file.stem.partition("+")[0]]
    wrong = []
    compared = 0
    for trick, recorded in json.loads(file.read_text("utf-8")).items():
        if "effects" not in recorded:
            continue
        grade = graded(trick, release, folder)
        if grade is None:
            continue
        compared += 1
        if not agrees(trick, grade, recorded):
            wrong.append((trick, grade.value, recorded["effects"]))
    assert wrong == []
    assert compared

"""Many releases at once: the same answers as one by one, and doubts instead of guesses."""

from __future__ import annotations

import base64
import marshal  # reads nothing here: it writes what a lambda of this Python looks like
import sys
from pathlib import Path

import pytest

from kerasscan.catalog.releases import releases, requested
from kerasscan.loading.given import Given
from kerasscan.loading.lambdas import writers
from kerasscan.loading.prediction import predict, predict_all
from kerasscan.model.address import Address
from kerasscan.model.outcome import Outcome, Reason, ReasonKind, Stage
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.reader.reading import read

SAMPLES = Path(__file__).parents[2] / "samples"
SOME = sorted(
    path
    for folder in ("clean", "compatibility", "graph", "security", "registration")
    for path in (SAMPLES / folder).glob("*")
    if path.suffix in (".h5", ".keras", ".json") or path.is_dir()
)


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.name)
def test_all_releases_together_answer_as_each_alone(path: Path) -> None:
    saved = read(path, DEFAULT_LIMITS)
    together = predict_all(saved, releases(), Given(python=(3, 11)))
    assert together == tuple(predict(saved, each, Given(python=(3, 11))) for each in releases())


def test_every_release_answers() -> None:
    saved = read(SAMPLES / "clean" / "tf-2.13-functional.keras", DEFAULT_LIMITS)
    outcomes = predict_all(saved, releases())
    assert [each.release for each in outcomes] == [each.requirement for each in releases()]
    assert {each.release for each in outcomes if each.loads} == {"tensorflow==2.13"}


def reason(kind: ReasonKind, stage: Stage, *, unsafe: bool = False) -> Reason:
    return Reason(kind, stage, "X", "", Address(), "ValueError", "no", "", unsafe)


class TestVerdicts:
    """What an outcome says of the arguments of `load_model`."""

    def test_nothing_in_the_way_loads(self) -> None:
        assert Outcome("keras==3.0.0").loads is True

    def test_a_doubt_leaves_the_verdict_open(self) -> None:
        assert Outcome("keras==3.0.0", doubts=("why",)).loads is None

    def test_what_stops_compiling_does_not_stop_the_rest(self) -> None:
        outcome = Outcome("x", (reason(ReasonKind.ARGUMENT_REFUSED, Stage.COMPILE),))
        assert (outcome.loads, outcome.loads_without_compile) == (False, True)

    def test_safe_mode_hides_what_would_stop_without_it(self) -> None:
        refused = reason(ReasonKind.LAMBDA_REFUSED, Stage.CONSTRUCT)
        foreign = reason(ReasonKind.LAMBDA_BYTECODE, Stage.CONSTRUCT, unsafe=True)
        outcome = Outcome("x", (refused, foreign))
        assert (outcome.loads, outcome.loads_unsafe) == (False, False)
        assert outcome.first is refused
        assert Outcome("x", (refused,)).loads_unsafe is True


def test_an_incomplete_file_is_never_said_to_load() -> None:
    saved = read(SAMPLES / "file" / "shape-bomb.h5", DEFAULT_LIMITS)
    outcome = predict(saved, requested("tensorflow==2.10")[0])
    assert outcome.loads is None
    assert "4,398,046,511,104 bytes" in outcome.doubts[0]


def test_the_bytes_of_this_pythons_own_code_are_told_from_others() -> None:
    code = base64.b64encode(marshal.dumps((lambda x: x * 2).__code__)).decode()
    span = writers(code)
    assert span is not None
    assert span[0] <= sys.version_info[:2] <= span[1]


def test_text_is_no_code() -> None:
    assert writers("aGVsbG8=") is None
    assert writers(None) is None

"""The answer of ``kerasscan compat``: short, complete, and safe to print."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kerasscan.model.address import Address
from kerasscan.model.compatibility import Compatibility
from kerasscan.model.finding import Status
from kerasscan.model.json_value import escape_token
from kerasscan.model.outcome import Change, ChangeKind, Outcome, Reason, ReasonKind, Stage
from kerasscan.report import Manner
from kerasscan.report.compat import COMPAT_FORMATS, render_compat
from kerasscan.report.compat.grouped import grouped
from kerasscan.report.compat.json_form import compat_schema
from kerasscan.report.compat.ways import FAILS, Means, Way, way
from kerasscan.report.compat.wording import listed

from .outcomes import (
    CUSTOM_LOSS,
    KNOWN,
    SAFE_MODE,
    TIME_MAJOR,
    everyday,
    file_outcomes,
    only_in,
    outcome,
)


def one(file: Any, *requirements: str) -> Compatibility:
    return Compatibility((file,), requirements, "0.1.0")


def text(file: Any, *requirements: str, width: int = 80) -> list[str]:
    """Return the lines on one file, below its path."""
    said = render_compat(one(file, *requirements), "text", Manner(width=width))
    return said.splitlines()[1:]


def test_a_file_that_loads_everywhere_is_said_to_in_a_few_lines() -> None:
    assert text(file_outcomes("a.h5")) == [
        "  h5-model, Keras 2.10.0, Functional, 5 layers",
        "",
        "  Loads with keras==3.15.1, the newest release.",
        "",
        "  keras 2     all",
        "  tensorflow  all",
        "  tf-keras    all",
        "  keras 3     all",
    ]


def test_the_answer_comes_first_then_the_matrix_then_why_not_elsewhere() -> None:
    keras_3 = only_in("keras 3", "keras 2")
    lines = text(file_outcomes("a.h5", lambda each: (TIME_MAJOR,) if keras_3(each) else ()))
    assert lines[2:] == [
        "  Does not load with keras==3.15.1, the newest release.",
        "  Loads with tf-keras==2.21.0 or tensorflow==2.15.",
        "",
        "  keras 2     none",
        "  tensorflow  all",
        "  tf-keras    all",
        "  keras 3     none",
        "",
        "  KC202 LSTM does not take 'time_major'",
        "    fails  all of keras 2, all of keras 3",
        "    in     lstm",
        "    says   ValueError: Unrecognized keyword arguments passed to LSTM:",
        "           {'time_major': False}",
    ]


def test_spans_count_releases_that_follow_one_another() -> None:
    some = ("tensorflow==2.3", "tensorflow==2.4", "tensorflow==2.5", "tensorflow==2.10")
    lines = text(file_outcomes("a.h5", lambda each: () if each in some else (TIME_MAJOR,)))
    assert "  tensorflow  2.3-2.5, 2.10" in lines
    assert "    fails  all of keras 2, tensorflow 1.15-2.2, 2.6-2.9, 2.11-2.15, all of" in lines


@pytest.mark.parametrize(
    ("reason", "said", "row"),
    [
        (
            CUSTOM_LOSS,
            "  Loads with keras==3.15.1, the newest release, only with compile=False.",
            "  keras 3     all with compile=False",
        ),
        (
            SAFE_MODE,
            "  Loads with keras==3.15.1, the newest release, only with safe_mode=False.",
            "  keras 3     all with safe_mode=False",
        ),
    ],
)
def test_an_argument_that_gets_past_it_is_named(reason: Reason, said: str, row: str) -> None:
    lines = text(file_outcomes("a.h5", lambda _: (reason,)))
    assert said in lines
    assert row in lines


def test_where_only_old_releases_load_with_an_argument_they_are_named() -> None:
    is_old = only_in("keras 2")
    reasons = file_outcomes("a.h5", lambda each: (CUSTOM_LOSS if is_old(each) else TIME_MAJOR,))
    assert text(reasons)[2:4] == [
        "  Loads with no release as it is.",
        "  With compile=False it loads with keras==2.3.1.",
    ]


def test_a_file_that_nothing_loads_is_said_to() -> None:
    assert text(file_outcomes("a.h5", lambda _: (TIME_MAJOR,)))[2] == (
        "  Loads with no known release."
    )


def test_doubts_are_given_with_the_releases_that_they_concern() -> None:
    is_old = only_in("keras 2")
    lines = text(file_outcomes("a.h5", doubts=lambda each: ("why",) if is_old(each) else ()))
    assert "  keras 2     all undecided" in lines
    assert lines[-1] == "  undecided in all of keras 2: why"


def test_of_a_target_only_its_releases_are_spoken_of() -> None:
    asked = ("keras==3.6.0", "keras==3.7.0", "keras==3.8.0")
    file = file_outcomes(
        "a.h5", lambda each: (TIME_MAJOR,) if each == "keras==3.6.0" else (), asked=asked
    )
    assert text(file, "keras>=3.6,<3.9")[2:6] == [
        "  Does not load with keras 3.6.0.",
        "  Loads with keras 3.7.0-3.8.0.",
        "",
        "  KC202 LSTM does not take 'time_major'",
    ]


def test_the_same_reason_in_many_layers_is_said_once() -> None:
    reasons = tuple(
        Reason(
            ReasonKind.ARGUMENT_REFUSED,
            Stage.CONSTRUCT,
            subject,
            "groups",
            Address("config.json", f"/config/layers/{at}", f"layer_{at}"),
            "TypeError",
            f"no groups in {subject}",
        )
        for at, subject in enumerate(["Conv2D", "Dense", "Conv2D", "LSTM", "GRU", "Add"])
    )
    lines = text(file_outcomes("a.h5", lambda _: reasons))
    titles = [line for line in lines if "groups'" in line]
    assert titles == ["  KC202 Conv2D, Dense, LSTM and 2 more do not take 'groups'"]
    assert "    in     layer_0, layer_1, layer_2 and 3 more" in lines


def test_what_stops_the_newest_release_comes_first() -> None:
    is_old = only_in("keras 2")
    file = file_outcomes("a.h5", lambda each: (SAFE_MODE if is_old(each) else TIME_MAJOR,))
    assert [group.reason for group in grouped(file)] == [TIME_MAJOR, SAFE_MODE]


def test_too_many_reasons_are_counted() -> None:
    reasons = tuple(
        Reason(ReasonKind.CLASS_UNKNOWN, Stage.RESOLVE, "X", f"a{at}", Address(), "E", "m")
        for at in range(20)
    )
    lines = text(file_outcomes("a.h5", lambda _: reasons))
    assert sum("a1" in line for line in lines) == 0
    assert lines[-1] == "    and 2 more reasons; --output-format json gives all of them"


def test_what_no_release_meets_first_is_only_listed() -> None:
    is_old = only_in("keras 2")
    file = file_outcomes("a.h5", lambda each: (TIME_MAJOR, CUSTOM_LOSS) if is_old(each) else ())
    assert text(file)[-2:] == [
        "  Behind these, where the load would stop next:",
        "    - my_loss is not part of Keras, when compiling (all of keras 2)",
    ]


def test_a_file_that_was_not_read_to_its_end_is_said_to_be_incomplete() -> None:
    assert text(file_outcomes("a.h5", status=Status.INCOMPLETE))[1].startswith("  incomplete: ")


def test_several_files_are_counted_at_the_end() -> None:
    said = render_compat(everyday(), "text")
    assert said.splitlines()[-1] == "3 of 5 files can be loaded with some release."
    assert render_compat(Compatibility((), (), "0.1.0"), "text") == "No files to judge.\n"


def test_a_way_takes_the_fewest_arguments() -> None:
    both = (CUSTOM_LOSS, SAFE_MODE)
    assert way(outcome("keras==3.15.1")) == Way(True)
    assert way(outcome("keras==3.15.1", CUSTOM_LOSS)) == Way(True, (Means.COMPILE,))
    assert way(outcome("keras==3.15.1", *both)) == Way(True, (Means.COMPILE, Means.SAFE))
    assert way(outcome("keras==3.15.1", TIME_MAJOR, *both)) == FAILS
    assert way(outcome("keras==3.15.1", doubts=("x",))) == Way(None)
    assert way(outcome("keras==3.15.1", SAFE_MODE, doubts=("x",))) == Way(None, (Means.SAFE,))


def test_a_release_that_drops_compile_is_not_advised_to_use_it() -> None:
    deaf = Outcome("keras==3.0.5", (CUSTOM_LOSS,), honours_compile=False)
    assert way(deaf) == Way(True, (Means.CUSTOM,))


def test_long_lists_are_counted() -> None:
    assert [listed(list("abcde"[:count])) for count in (0, 1, 2, 3, 5)] == [
        "",
        "a",
        "a and b",
        "a, b and c",
        "a, b, c and 2 more",
    ]


def valid(compatibility: Compatibility) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render_compat(compatibility, "json"))
    Draft202012Validator(compat_schema()).validate(document)
    return document


def test_json_is_what_its_schema_says() -> None:
    document = valid(everyday())
    assert document["schema"] == "kerasscan-compat/1"
    (lstm,) = [file for file in document["files"] if file["path"] == "models/lstm.h5"]
    assert [each["release"] for each in lstm["releases"]] == list(KNOWN)
    newest = lstm["releases"][-1]
    assert (newest["loads"], newest["stage"]) == (False, "construct")
    assert newest["reasons"] == [
        {
            "rule": "KC202",
            "class": "LSTM",
            "lookup": None,
            "argument": "time_major",
            "layer": "lstm",
            "pointer": "/config/layers/1",
            "message": "Unrecognized keyword arguments passed to LSTM: {'time_major': False}",
            "kind": "argument-refused",
            "stage": "construct",
            "member": "@attrs/model_config",
            "error": "ValueError",
            "remedy": "",
            "only_when_unsafe": False,
        }
    ]


_DESCRIBED = ("file", "release", "reason", "change")


def test_the_schema_describes_every_value_and_knows_the_words_of_the_nouns() -> None:
    schema = compat_schema()
    Draft202012Validator.check_schema(schema)
    kinds = schema["$defs"]["reason"]["properties"]["kind"]["enum"]
    assert kinds == [kind.value for kind in ReasonKind]
    changes = schema["$defs"]["change"]["properties"]["kind"]["enum"]
    assert changes == [kind.value for kind in ChangeKind]
    assert schema["$defs"]["stage"]["enum"] == [stage.value for stage in Stage]
    for described in (schema, *(schema["$defs"][name] for name in _DESCRIBED)):
        assert described["additionalProperties"] is False
        assert described["required"] == list(described["properties"])
        for name, value in described["properties"].items():
            assert len(value["description"]) > 10, name


def test_markdown_is_a_table_and_the_reasons_below_it() -> None:
    lines = render_compat(everyday(), "markdown").splitlines()
    assert lines[0] == "| File | keras 2 | tensorflow | tf-keras | keras 3 |"
    assert "| `models/lstm.h5` | all | all | all | none |" in lines
    assert "### `models/lstm.h5`" in lines
    assert any(line.startswith("- **KC202** `LSTM does not take 'time_major'`") for line in lines)


ANYTHING = st.text(st.characters(exclude_categories=()), max_size=12)
ADDRESSES = st.builds(
    Address,
    member=ANYTHING,
    pointer=ANYTHING.map(lambda token: f"/{escape_token(token)}"),
    layer=ANYTHING,
)
REASONS = st.builds(
    Reason,
    kind=st.sampled_from(ReasonKind),
    stage=st.sampled_from(Stage),
    subject=ANYTHING,
    argument=ANYTHING,
    address=ADDRESSES,
    error=st.sampled_from(["", "ValueError"]),
    message=ANYTHING,
    remedy=ANYTHING,
    only_when_unsafe=st.booleans(),
)


CHANGES = st.builds(
    Change,
    what=st.sampled_from(ChangeKind),
    subject=ANYTHING,
    argument=ANYTHING,
    address=ADDRESSES,
    message=ANYTHING,
    remedy=ANYTHING,
)


@settings(max_examples=60, deadline=None)
@given(
    ANYTHING,
    st.lists(REASONS, max_size=4).map(tuple),
    st.lists(ANYTHING, max_size=2).map(tuple),
    st.lists(CHANGES, max_size=2).map(tuple),
)
def test_whatever_a_file_says_is_printed_safely(
    path: str, reasons: tuple[Reason, ...], doubts: tuple[str, ...], changes: tuple[Change, ...]
) -> None:
    asked = KNOWN[-3:]
    file = file_outcomes(
        path,
        lambda each: () if each == asked[0] else reasons,
        doubts=lambda _: doubts,
        changes=lambda _: changes,
        asked=asked,
    )
    valid(one(file, "keras"))
    for name in COMPAT_FORMATS:
        said = render_compat(one(file, "keras"), name)
        assert all(char.isprintable() for char in said.replace("\n", ""))

"""What `kerasscan compat` says of loads that change something without an error."""

from __future__ import annotations

from dataclasses import replace

from kerasscan.model.address import Address
from kerasscan.report.compat import render_compat

from .outcomes import AXIS, TIME_MAJOR, file_outcomes, only_in
from .test_compat import one, text, valid


def test_what_a_load_changes_comes_after_what_stops_it() -> None:
    keras_3 = only_in("keras 3")
    file = file_outcomes(
        "a.h5",
        lambda each: () if keras_3(each) else (TIME_MAJOR,),
        changes=lambda each: (AXIS,),
    )
    assert text(file)[-7:] == [
        "  Loads, but not as it was saved:",
        "",
        "  KD101 The axis of Softmax is dropped",
        "    loads  all of keras 3",
        "    in     soft",
        "    so     axis=1 is dropped, and the default -1 is used",
        "    help   Load it with Keras 3.9 or newer.",
    ]
    lines = render_compat(one(file), "markdown").splitlines()
    assert lines[-3:-1] == ["Loads, but not as it was saved:", ""]
    assert lines[-1].startswith("- **KD101** `The axis of Softmax is dropped` in `soft` (all of")


def test_the_same_change_in_many_layers_is_said_once() -> None:
    changes = tuple(
        replace(AXIS, subject=subject, address=Address("", f"/{at}", f"layer_{at}"))
        for at, subject in enumerate(["Softmax", "Concatenate", "Softmax"])
    )
    lines = text(file_outcomes("a.h5", changes=lambda _: changes))
    assert "  KD101 The axis of Softmax and Concatenate is dropped" in lines
    assert "    in     layer_0, layer_1 and layer_2" in lines


def test_too_many_changes_are_counted() -> None:
    changes = tuple(replace(AXIS, argument=f"a{at}") for at in range(15))
    lines = text(file_outcomes("a.h5", changes=lambda _: changes))
    assert lines[-1] == "    and 3 more changes; --output-format json gives all of them"


def test_json_gives_the_changes_of_each_release_that_loads() -> None:
    keras_3 = only_in("keras 3")
    file = file_outcomes(
        "a.h5", lambda each: () if keras_3(each) else (TIME_MAJOR,), changes=lambda _: (AXIS,)
    )
    first, *_, newest = valid(one(file))["files"][0]["releases"]
    assert first["changes"] == []
    (change,) = newest["changes"]
    assert (change["rule"], change["kind"], change["class"]) == ("KD101", "axis-dropped", "Softmax")
    assert (change["argument"], change["layer"], change["member"]) == (
        "axis",
        "soft",
        "@attrs/model_config",
    )

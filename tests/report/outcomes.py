"""Answers of ``kerasscan compat`` built by hand: what releases could do, without a file."""

from __future__ import annotations

from collections.abc import Callable

from kerasscan.catalog.releases import releases
from kerasscan.catalog.spans import family_of
from kerasscan.model.address import Address
from kerasscan.model.compatibility import Compatibility, FileOutcomes
from kerasscan.model.finding import Status
from kerasscan.model.outcome import Change, ChangeKind, Outcome, Reason, ReasonKind, Stage

KNOWN = tuple(release.requirement for release in releases())

TIME_MAJOR = Reason(
    ReasonKind.ARGUMENT_REFUSED,
    Stage.CONSTRUCT,
    "LSTM",
    "time_major",
    Address("@attrs/model_config", "/config/layers/1", "lstm"),
    "ValueError",
    "Unrecognized keyword arguments passed to LSTM: {'time_major': False}",
)
CUSTOM_LOSS = Reason(
    ReasonKind.CUSTOM_OBJECT,
    Stage.COMPILE,
    "my_loss",
    "",
    Address("@attrs/training_config", "/loss", ""),
    "ValueError",
    "Unknown loss function: 'my_loss'.",
)
SAFE_MODE = Reason(
    ReasonKind.LAMBDA_REFUSED,
    Stage.RESOLVE,
    "Lambda",
    "",
    Address("config.json", "/config/layers/1", "twice"),
    "ValueError",
    "Requested the deserialization of a `Lambda` layer whose `function` is a Python lambda.",
)

AXIS = Change(
    ChangeKind.AXIS_DROPPED,
    "Softmax",
    "axis",
    Address("@attrs/model_config", "/config/layers/2/config/axis", "soft"),
    "axis=1 is dropped, and the default -1 is used",
    "load it with Keras 3.9 or newer",
)


def outcome(release: str, *reasons: Reason, doubts: tuple[str, ...] = ()) -> Outcome:
    """Return what a release does; without reasons and doubts it loads."""
    return Outcome(release, reasons, doubts)


def file_outcomes(
    path: str,
    reasons: Callable[[str], tuple[Reason, ...]] = lambda release: (),
    *,
    doubts: Callable[[str], tuple[str, ...]] = lambda release: (),
    changes: Callable[[str], tuple[Change, ...]] = lambda release: (),
    asked: tuple[str, ...] = KNOWN,
    status: Status = Status.SCANNED,
) -> FileOutcomes:
    """Return what the releases asked do with a file; without more words all load it."""
    outcomes = tuple(
        Outcome(release, reasons(release), doubts(release), changes=changes(release))
        for release in asked
    )
    found = {reason for each in outcomes for reason in each.reasons}
    rules: dict[Reason | Change, str] = {
        reason: "KC202" for reason in found if reason.kind is ReasonKind.ARGUMENT_REFUSED
    }
    rules.update({change: "KD101" for each in outcomes for change in each.changes})
    return FileOutcomes(path, None, "h5-model", "2.10.0", "Functional", 5, status, outcomes, rules)


def only_in(*families: str) -> Callable[[str], bool]:
    """Return a question: whether a release is of one of the families."""
    return lambda release: family_of(release) in families


def everyday() -> Compatibility:
    """Return an answer with a little of everything."""
    keras_3 = only_in("keras 3")
    doubt = ("the bytecode of layer 'twice' is bound to a Python; say which with --python",)
    return Compatibility(
        (
            file_outcomes("models/clean.h5"),
            file_outcomes("models/loss.h5", lambda release: (CUSTOM_LOSS,)),
            file_outcomes("models/lambda.keras", lambda release: (SAFE_MODE,)),
            file_outcomes(
                "models/lstm.h5", lambda release: (TIME_MAJOR,) if keras_3(release) else ()
            ),
            file_outcomes(
                "models/unsure.h5", doubts=lambda release: () if keras_3(release) else doubt
            ),
        ),
        (),
        "0.1.0",
    )

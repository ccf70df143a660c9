"""What a model expects of its inputs, told from the file alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What an input is."""

    IMAGE = "image"
    SEQUENCE = "sequence"
    TABULAR = "tabular"
    TOKENS = "tokens"
    CATEGORIES = "categories"
    STRINGS = "strings"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Span:
    """An interval of values; None is unbounded on that side."""

    low: float | None
    high: float | None

    def __str__(self) -> str:
        """``-1 to 1``, ``from 0 on``."""
        low = "" if self.low is None else f"{self.low:g}"
        high = "" if self.high is None else f"{self.high:g}"
        if low and high:
            return f"{low} to {high}"
        return f"from {low} on" if low else f"up to {high}" if high else "anything"


@dataclass(frozen=True)
class Step:
    """Preprocessing that the model itself does.

    Attributes:
        layer: Layer path.
        class_name: Its class.
        says: What it does, as a clause: ``x / 255``.
    """

    layer: str
    class_name: str
    says: str


@dataclass(frozen=True)
class InputContract:
    """What one input expects.

    Attributes:
        name: Name of the input: that of its `InputLayer`, or of the first layer.
        shape: Batch shape, None for unknown axes; or None.
        dtype: Name of the element type, or None.
        meaning: What it is.
        evidence: Why that is thought, as clauses.
        data_format: ``channels_last`` or ``channels_first``, for images.
        channels: ``RGB``, ``BGR`` or ``gray``, where it is known.
        expects: The values that the input has to have, where they are known.
        because: Why those, as a clause; ``""`` where they are not known.
        inside: Preprocessing in the model, in its order.
        outside: What has to happen before, as clauses.
        snippet: Python that does it, with ``x`` for the data; ``""``: nothing, or not known.
        backbone: A known family that it feeds: ``EfficientNetB0``; or None.
        recognised: What was recognised of that, as a clause; ``""`` without a family.
    """

    name: str
    shape: tuple[int | None, ...] | None
    dtype: str | None
    meaning: Meaning
    evidence: tuple[str, ...] = ()
    data_format: str | None = None
    channels: str | None = None
    expects: Span | None = None
    because: str = ""
    inside: tuple[Step, ...] = ()
    outside: tuple[str, ...] = ()
    snippet: str = ""
    backbone: str | None = None
    recognised: str = ""


@dataclass(frozen=True)
class Companion:
    """A file beside the model that looks like a part of its preprocessing.

    Attributes:
        name: The file's name.
        says: What it probably is, as a clause.
    """

    name: str
    says: str


@dataclass(frozen=True)
class Contract:
    """What a model expects.

    Attributes:
        path: The model file.
        inputs: One for each input, in the model's order.
        companions: Files beside it.
    """

    path: str
    inputs: tuple[InputContract, ...] = ()
    companions: tuple[Companion, ...] = ()

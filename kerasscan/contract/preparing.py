"""What has to be done to an image before it reaches the model, in words and as Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kerasscan.contract.values import Value
from kerasscan.model.backbone import Family, Preparation
from kerasscan.model.contract import Span

CLOSE: Final = 0.05
"""Part of an interval's length by which its ends may differ and still be meant."""

RAW: Final = Span(0.0, 255.0)
UNIT: Final = Span(0.0, 1.0)
SYMMETRIC: Final = Span(-1.0, 1.0)

_MEAN = "[0.485, 0.456, 0.406]"
_DEVIATION = "[0.229, 0.224, 0.225]"
_BGR_MEAN = "[103.939, 116.779, 123.68]"


@dataclass(frozen=True)
class Prepared:
    """How an image of 0 to 255, channels RGB, is made into what the input expects.

    Attributes:
        expects: The values that the input has to have.
        because: Why those.
        outside: What has to be done, as a clause; ``""``: nothing but a conversion to float.
        snippet: Python that does it, with ``x`` for the image.
        channels: ``RGB`` or ``BGR``, where that is known.
    """

    expects: Span
    because: str
    outside: str
    snippet: str
    channels: str | None = None


def is_close(one: Span | None, other: Span) -> bool:
    """Whether two intervals are meant to be the same."""
    if one is None or None in (one.low, one.high, other.low, other.high):
        return False
    ends = ((one.low, other.low), (one.high, other.high))
    size = (other.high or 0.0) - (other.low or 0.0)
    return all(abs((a or 0.0) - (b or 0.0)) <= CLOSE * size for a, b in ends)


def for_backbone(value: Value, family: Family, name: str) -> Prepared | None:
    """Return how an image is prepared for a known family; None where what is inside contradicts it.

    Args:
        value: What reaches the family's first layer.
        family: The family.
        name: What to call it.
    """
    wanted = Span(family.low, family.high)
    if value.is_raw and family.includes:
        return _as_it_is(RAW, f"{name} rescales by itself")
    if value.is_raw:
        return _prepared(family, name)
    for start in (RAW, UNIT, SYMMETRIC):
        if is_close(value.image_of(start.low or 0.0, start.high or 0.0), wanted):
            because = f"the model brings it to the {wanted} that {name} was trained with"
            return _scaled_to(start, because)
    return None


def for_rescaled(value: Value) -> Prepared | None:
    """Return how an image is prepared for a model that rescales and is no known family."""
    for start, ends in ((RAW, (UNIT, SYMMETRIC)), (UNIT, (SYMMETRIC, RAW))):
        for end in ends:
            if is_close(value.image_of(start.low or 0.0, start.high or 0.0), end):
                return _scaled_to(start, f"the model brings {start} to {end}")
    reached = value.image_of(0.0, 255.0)
    is_standard = (
        reached is not None and (reached.low or 0.0) >= -6.0 and (reached.high or 0.0) <= 6.0
    )
    if len(value.scale) > 1 and is_standard:
        return _as_it_is(RAW, "the model standardizes each channel")
    return None


def _as_it_is(expects: Span, because: str) -> Prepared:
    return Prepared(expects, because, "", "x = x.astype('float32')", "RGB")


def _scaled_to(expects: Span, because: str) -> Prepared:
    if expects == RAW:
        return _as_it_is(RAW, because)
    if expects == UNIT:
        return Prepared(UNIT, because, "divide by 255", "x = x.astype('float32') / 255.0", "RGB")
    snippet = "x = x.astype('float32') / 127.5 - 1.0"
    return Prepared(expects, because, "divide by 127.5 and subtract 1", snippet, "RGB")


def _prepared(family: Family, name: str) -> Prepared:
    """Return what ``preprocess_input`` of a family does."""
    expects = Span(family.low, family.high)
    because = f"{name} was trained with that, and nothing in the model does it"
    module = family.function_module
    call = f": {module}.preprocess_input(x) does it" if module else ""
    match family.preparation:
        case Preparation.TF:
            said, code = "divide by 127.5 and subtract 1", "x = x.astype('float32') / 127.5 - 1.0"
        case Preparation.UNIT:
            said, code = "divide by 255", "x = x.astype('float32') / 255.0"
        case Preparation.TORCH:
            said = "divide by 255, subtract ImageNet's mean, divide by its deviation"
            code = f"x = (x.astype('float32') / 255.0 - {_MEAN}) / {_DEVIATION}"
        case Preparation.CAFFE:
            said = "turn RGB into BGR and subtract ImageNet's mean"
            code = f"x = x[..., ::-1].astype('float32') - {_BGR_MEAN}"
        case Preparation.NONE:
            said, code = "", "x = x.astype('float32')"
    said = f"{said}{call}" if said else ""
    return Prepared(expects, because, said, code, family.channels)

"""What contracts say, in words that text and Markdown share."""

from __future__ import annotations

from collections.abc import Iterator

from kerasscan.model.contract import InputContract, Meaning
from kerasscan.model.visible import visible

_NAMES = {
    Meaning.IMAGE: "an image",
    Meaning.SEQUENCE: "a sequence",
    Meaning.TABULAR: "a row of features",
    Meaning.TOKENS: "a sequence of token ids",
    Meaning.CATEGORIES: "a category",
    Meaning.STRINGS: "strings",
    Meaning.UNKNOWN: "not told by the file",
}


def shape_of(found: InputContract) -> str:
    """Return ``(?, 224, 224, 3) float32``."""
    if found.shape is None:
        shape = "(unknown shape)"
    else:
        shape = "(" + ", ".join("?" if axis is None else str(axis) for axis in found.shape) + ")"
    return f"{shape} {visible(found.dtype)}" if found.dtype else shape


def meaning_in_words(found: InputContract) -> str:
    """Return what an input is, with the reasons."""
    words = _NAMES[found.meaning]
    order = [each for each in (found.channels, found.data_format) if each]
    words += f", {', '.join(order)}" if order else ""
    evidence = "; ".join(visible(each) for each in found.evidence)
    return f"{words} ({evidence})" if evidence else words


def lines_of(found: InputContract) -> Iterator[tuple[str, str]]:
    """Yield label and text of everything that is known of an input."""
    yield "is", meaning_in_words(found)
    if found.backbone:
        yield "feeds", f"{visible(found.backbone)}: {visible(found.recognised)}"
    if found.expects is not None:
        yield "expects", f"values of {found.expects}: {visible(found.because)}"
    elif found.because:
        yield "expects", visible(found.because)
    for step in found.inside:
        yield "inside", f"{visible(step.says)} ({step.class_name} '{visible(step.layer)}')"
    for clause in found.outside:
        yield "outside", visible(clause)

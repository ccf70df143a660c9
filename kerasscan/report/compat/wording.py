"""Reasons and advice in words; what comes out of files is made visible by the formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from kerasscan.catalog.spans import in_words
from kerasscan.model.compatibility import FileOutcomes
from kerasscan.model.outcome import ReasonKind, Stage
from kerasscan.model.saved import Container
from kerasscan.report.compat.grouped import ReasonGroup
from kerasscan.report.compat.matrix import Row, newest_of_each
from kerasscan.report.compat.ways import Way, way

_NAMED = 3
"""Classes and layers that are named; more are counted."""

_TITLES: Mapping[ReasonKind, tuple[str, str]] = MappingProxyType(
    {
        ReasonKind.FORMAT_REFUSED: ("The format of the file is not read", ""),
        ReasonKind.SAVEDMODEL_REFUSED: ("Keras 3 loads no SavedModel", ""),
        ReasonKind.PART_MISSING: ("A part of {it} is missing", ""),
        ReasonKind.CLASS_UNKNOWN: ("{it} is not found", "{it} are not found"),
        ReasonKind.CUSTOM_OBJECT: ("{it} is not part of Keras", "{it} are not part of Keras"),
        ReasonKind.MODULE_GONE: ("The module of {it} is gone", "The modules of {it} are gone"),
        ReasonKind.ARGUMENT_REFUSED: ("{it} does not take {args}", "{it} do not take {args}"),
        ReasonKind.ARGUMENT_MISSING: ("{it} needs {args}", "{it} need {args}"),
        ReasonKind.ARGUMENT_VALUE: (
            "{it} refuses this value of {args}",
            "{it} refuse this value of {args}",
        ),
        ReasonKind.GRAPH_REFUSED: ("The connections of {it} cannot be made again", ""),
        ReasonKind.NEVER_ENDS: ("Loading never ends", ""),
        ReasonKind.WEIGHTS_MOVED: ("The weights of {it} are looked for elsewhere", ""),
        ReasonKind.WEIGHTS_CONTRADICT: ("The stored weights do not fit {it}", ""),
        ReasonKind.LAMBDA_REFUSED: ("Safe mode refuses what {it} holds", ""),
        ReasonKind.LAMBDA_BYTECODE: ("The bytecode of {it} is of another Python", ""),
    }
)


def title(group: ReasonGroup) -> str:
    """Return what stands in the way, as a sentence without a period."""
    subjects = [subject for subject in dict.fromkeys(group.subjects) if subject]
    one, many = _TITLES[group.reason.kind]
    template = many if many and len(subjects) > 1 else one
    arguments = [f"'{name.strip()}'" for name in group.reason.argument.split(",") if name.strip()]
    words = template.replace("{args}", listed(arguments) or "its arguments")
    words = words.replace("{it}", listed(subjects) or "the file")
    words = words if subjects else _upper(words)
    return f"{words}, when compiling" if group.reason.stage is Stage.COMPILE else words


def listed(names: Sequence[str]) -> str:
    """Return ``a``, ``a and b``, ``a, b, c and 4 more``."""
    shown, more = list(names[:_NAMED]), len(names) - _NAMED
    if more > 0:
        shown.append(f"{more:,} more")
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)


_READERS: Mapping[str, str] = MappingProxyType(
    {
        Container.JSON: "read the architecture with keras.models.model_from_json",
        Container.YAML: "make JSON of it, and read that with keras.models.model_from_json",
        Container.TFJS: "convert it with tensorflowjs_converter --input_format=tfjs_layers_model",
    }
)
"""What reads a file that `load_model` does not."""


def advice(group: ReasonGroup, file: FileOutcomes) -> str:
    """Return what helps, as sentences; nothing where only other releases do."""
    reason = group.reason
    said = [reason.remedy] if reason.remedy else []
    if reason.kind is ReasonKind.FORMAT_REFUSED and not said and file.container in _READERS:
        said.append(_READERS[file.container])
    if reason.kind is ReasonKind.CUSTOM_OBJECT and not reason.remedy:
        keys = dict.fromkeys(group.lookups[:_NAMED])
        names = ", ".join(f"'{key}': {key.rpartition('>')[2]}" for key in keys)
        said.append(f"import it and load with custom_objects={{{names}}}")
    if reason.kind is ReasonKind.LAMBDA_REFUSED and "safe_mode" not in reason.remedy:
        said.append("load with safe_mode=False, if you trust whoever wrote the file")
    if reason.stage is Stage.COMPILE and "compile=False" not in reason.remedy:
        said.append("load with compile=False, and compile the model yourself")
    return " ".join(map(sentence, said))


def sentence(clause: str) -> str:
    """Return a clause as a sentence."""
    return f"{_upper(clause)}."


def _upper(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


_KINDS: Mapping[str, str] = MappingProxyType(
    {
        Container.JSON: "An architecture without weights, judged for keras.models.model_from_json.",
        Container.YAML: "An architecture without weights, judged for keras.models.model_from_yaml.",
        Container.H5_WEIGHTS: "Weights without a model: the model is in the code that saved them.",
        Container.TF_CHECKPOINT: "A checkpoint: weights without a model.",
        Container.TFJS: "A model for TensorFlow.js.",
        Container.TFJS_GRAPH: "A graph for TensorFlow.js, which holds no Keras model.",
    }
)
"""What a file is for which `load_model` is not the function."""


def answer(file: FileOutcomes, rows: Sequence[Row], *, known: bool) -> list[str]:
    """Return the answer in a few sentences, each a line.

    Args:
        file: What releases do with the file.
        rows: Its matrix.
        known: Whether every known release was asked about.
    """
    kind = _KINDS.get(file.container)
    return [*_verdict(file, rows, known=known), *([kind] if kind else [])]


def _verdict(file: FileOutcomes, rows: Sequence[Row], *, known: bool) -> list[str]:
    """Return whether it loads, in one or two sentences, each a line.

    Args:
        file: What releases do with the file.
        rows: Its matrix.
        known: Whether every known release was asked about.
    """
    loading = [release for row in rows for release in row.loads]
    if not known:
        return list(_of_target(file, loading))
    newest = file.outcomes[-1]
    pins = " or ".join(newest_of_each(loading))
    if newest.loads:
        return [f"Loads with {newest.release}, the newest release."]
    how = way(newest)
    if how.loads:
        with_means = f"Loads with {newest.release}, the newest release, only {how.in_words}."
        return [with_means, *([f"As it is, it loads with {pins}."] if pins else [])]
    if pins:
        verb = "Whether it loads" if newest.loads is None else "Does not load"
        end = " cannot be told" if newest.loads is None else ""
        return [f"{verb} with {newest.release}, the newest release{end}.", f"Loads with {pins}."]
    return list(_nowhere(rows))


def _nowhere(rows: Sequence[Row]) -> Iterator[str]:
    """Say what remains where no release loads the file as it is."""
    ways: dict[Way, list[str]] = {}
    for row in rows:
        for how, releases in row.ways:
            ways.setdefault(how, []).extend(releases)
    sure = [how for how in ways if how.loads]
    if sure:
        yield "Loads with no release as it is."
        for how in sorted(sure, key=lambda each: (len(each.means), each.means)):
            yield f"{_upper(how.in_words)} it loads with {_or(ways[how])}."
    elif ways:
        yield "Whether any release loads it cannot be told."
    else:
        yield "Loads with no known release."


def _or(releases: Sequence[str]) -> str:
    return " or ".join(newest_of_each(releases))


def _of_target(file: FileOutcomes, loading: Sequence[str]) -> Iterator[str]:
    failing = [outcome.release for outcome in file.outcomes if outcome.loads is False]
    unknown = [outcome.release for outcome in file.outcomes if outcome.loads is None]
    if failing:
        yield f"Does not load with {in_words(failing, denied=True)}."
    if unknown:
        yield f"Whether it loads with {in_words(unknown)} cannot be told."
    if loading:
        yield f"Loads with {in_words(loading)}."

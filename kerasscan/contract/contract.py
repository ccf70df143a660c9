"""The contract of a model: what each of its inputs expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kerasscan.catalog.builtin import is_builtin_class
from kerasscan.contract.backbones import find_backbones
from kerasscan.contract.flow import Flow, Meeting, flow
from kerasscan.contract.meaning import channels_of, data_format_of, meaning_of
from kerasscan.contract.preparing import Prepared, for_backbone, for_rescaled
from kerasscan.contract.statistics import statistics_of
from kerasscan.contract.transfer import Statistics
from kerasscan.contract.values import Kind, Value
from kerasscan.model.backbone import Backbone
from kerasscan.model.contract import Contract, InputContract, Meaning, Span
from kerasscan.model.graph import Layer
from kerasscan.model.saved import Saved


@dataclass(frozen=True)
class Fed:
    """A known family, and what reaches its first layer.

    Attributes:
        backbone: The family that was recognised.
        value: What reaches its first layer.
    """

    backbone: Backbone
    value: Value

    @property
    def name(self) -> str:
        """What to call it: the variant, or the family."""
        return self.backbone.variant or self.backbone.family.name


@dataclass(frozen=True)
class Study:
    """All that was found of a model's inputs, for the contract and for checks.

    Attributes:
        saved: The file.
        flow: Values, from the inputs to what learns from them.
        statistics: What Normalization layers have adapted to, by layer path.
        backbones: Known families in the file.
        fed: Those of them that the inputs feed.
    """

    saved: Saved
    flow: Flow
    statistics: Mapping[str, Statistics]
    backbones: tuple[Backbone, ...]
    fed: tuple[Fed, ...]

    def is_fresh(self, path: str) -> bool:
        """Whether a Normalization is known to be as it was made, adapted to nothing."""
        found = self.statistics.get(path)
        return found is not None and found.is_fresh

    def own_preprocessing(self) -> frozenset[str]:
        """Return the paths of the layers that known families bring along to prepare images.

        A family that is built without weights has never adapted, and is trained so.
        """
        found: list[str] = []
        for backbone in self.backbones:
            graph = next(each for each in self.saved.graphs if each.path == backbone.model)
            name: str | None = backbone.first
            for _ in backbone.family.inside:
                if name is not None:
                    found.append(graph.by_name[name].path)
                    name = next(iter(graph.targets.get(name, ())), None)
        return frozenset(found)


def study(saved: Saved) -> Study:
    """Follow the inputs of a model through its preprocessing."""
    if _last and _last[0].saved is saved:
        return _last[0]
    statistics = statistics_of(saved)
    found = flow(saved, statistics)
    backbones = find_backbones(saved)
    fed = tuple(each for backbone in backbones for each in _fed(backbone, found, saved))
    _last[:] = [Study(saved, found, statistics, backbones, fed)]
    return _last[0]


_last: list[Study] = []
"""The file asked about last: several rules ask about the same one."""


def _fed(backbone: Backbone, found: Flow, saved: Saved) -> Sequence[Fed]:
    path = f"{backbone.model}/{backbone.first}" if backbone.model else backbone.first
    known = path if path in found.reached else _wrapper(backbone, saved)
    values = found.reached.get(known, [])
    return [Fed(backbone, value) for value in values]


def _wrapper(backbone: Backbone, saved: Saved) -> str:
    """Return the path of the TimeDistributed that feeds a family frame by frame; or ``""``."""
    graph = next(each for each in saved.graphs if each.path == backbone.model)
    feeding = graph.by_name.get(backbone.input)
    if feeding is not None and feeding.class_name != "InputLayer":
        return ""
    outer = backbone.model.rpartition("/")[0]
    is_wrapper = any(
        layer.path == outer and layer.class_name == "TimeDistributed"
        for each in saved.graphs
        for layer in each.layers
    )
    return outer if is_wrapper else ""


def contract_of(saved: Saved) -> Contract:
    """Return what a model expects of its inputs, from the file alone."""
    seen = study(saved)
    inputs = tuple(_input(seen, layer) for layer in seen.flow.inputs.values())
    return Contract(saved.artifact.path, inputs)


def _input(seen: Study, layer: Layer) -> InputContract:
    meetings = [each for each in seen.flow.meetings if each.value.origin == layer.name]
    fed = [each for each in seen.fed if each.value.origin == layer.name]
    values = [each.value for each in meetings] + [each.value for each in fed]
    values += [each for each in seen.flow.leaving if each.origin == layer.name]
    meaning, evidence = meaning_of(layer, meetings, values)
    if fed and meaning is Meaning.UNKNOWN:
        meaning = Meaning.IMAGE
    found = InputContract(
        name=layer.name,
        shape=layer.shape,
        dtype=layer.dtype,
        meaning=meaning,
        evidence=evidence,
        inside=tuple(dict.fromkeys(step for value in values for step in value.steps)),
        backbone=fed[0].name if fed else None,
        recognised=fed[0].backbone.evidence if fed else "",
    )
    if meaning is Meaning.IMAGE or fed:
        return _image(found, layer, meetings, fed)
    return _others(seen, found, meetings)


def _image(
    found: InputContract, layer: Layer, meetings: Sequence[Meeting], fed: Sequence[Fed]
) -> InputContract:
    data_format = data_format_of(layer, meetings)
    prepared: Prepared | None = None
    if fed:
        prepared = for_backbone(fed[0].value, fed[0].backbone.family, fed[0].name)
    elif meetings and not meetings[0].value.is_raw:
        prepared = for_rescaled(meetings[0].value)
    gray = channels_of(layer, data_format) == 1
    if prepared is None:
        channels = "gray" if gray else None
        told = _contradicted(fed[0]) if fed else _UNTOLD
        return replace(found, data_format=data_format, channels=channels, outside=(told,))
    return replace(
        found,
        data_format=data_format,
        channels="gray" if gray else prepared.channels,
        expects=prepared.expects,
        because=prepared.because,
        outside=(prepared.outside,) if prepared.outside else (),
        snippet=prepared.snippet,
    )


_UNTOLD = "bring the values into the range of the training (often x / 255 or x / 127.5 - 1)"


def _contradicted(fed: Fed) -> str:
    """Return what there is to say where the model's own steps miss what a family wants."""
    family = fed.backbone.family
    reached = fed.value.image_of(0.0, 255.0)
    wanted = Span(family.low, family.high)
    made = f"makes {reached} of an image of 0 to 255" if reached else "changes an image"
    own = ", and it rescales by itself" if family.includes else ""
    return (
        f"prepare images as in the training: the model {made}, and {fed.name} with pretrained "
        f"weights wants {wanted}{own}"
    )


def _others(seen: Study, found: InputContract, meetings: Sequence[Meeting]) -> InputContract:
    match found.meaning:
        case Meaning.TOKENS | Meaning.CATEGORIES:
            return _ids(found, meetings)
        case Meaning.TABULAR:
            return _table(seen, found, meetings)
        case _:
            return found


def _ids(found: InputContract, meetings: Sequence[Meeting]) -> InputContract:
    rows = [
        each.layer.saved.config.get("input_dim")
        for each in meetings
        if each.layer.class_name == "Embedding" and each.value.kind is Kind.NUMBER
    ]
    known = [row for row in rows if isinstance(row, int)]
    if not known:
        return found
    what = "text into tokens" if found.meaning is Meaning.TOKENS else "categories into numbers"
    return replace(
        found,
        expects=Span(0.0, float(min(known) - 1)),
        because=f"the Embedding has {min(known):,} rows",
        outside=(f"turn {what} with the vocabulary of the training",),
    )


def _table(seen: Study, found: InputContract, meetings: Sequence[Meeting]) -> InputContract:
    scaling = [step.layer for step in found.inside if step.class_name == "Normalization"]
    fresh = [path for path in scaling if seen.is_fresh(path)]
    if fresh:
        told = f"scale the features as in the training: '{fresh[0]}' has adapted to nothing"
        return replace(found, outside=(told,))
    if scaling:
        return replace(found, because="an adapted Normalization scales each feature")
    if meetings and all(each.layer.class_name == "BatchNormalization" for each in meetings):
        return replace(found, because="a BatchNormalization scales each feature first")
    if found.inside or not all(_is_known(each.layer) for each in meetings):
        return found
    told = "scale the features as in the training: nothing in the model does"
    return replace(found, outside=(told,))


def _is_known(layer: Layer) -> bool:
    """Whether it can be told what a layer does to features, as it is Keras' own."""
    return layer.class_name != "Lambda" and is_builtin_class(layer.class_name, "layer")

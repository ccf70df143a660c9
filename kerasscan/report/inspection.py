"""What one model file holds, as text or JSON: provenance, layers, weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kerasscan.custom.standing import verdicts
from kerasscan.model.contract import Contract
from kerasscan.model.graph import Endpoint, Layer, LayerGraph
from kerasscan.model.saved import Saved
from kerasscan.model.tensors import Tensor
from kerasscan.model.visible import visible
from kerasscan.report.columns import aligned
from kerasscan.report.contract.json_form import input_json
from kerasscan.report.contract.text import input_lines
from kerasscan.report.custom_objects import custom_json, custom_lines
from kerasscan.report.json_text import written

SCHEMA = "kerasscan-inspect/1"

_SHOWN_PROBLEMS = 20


def inspection_json(
    saved: Saved, tensors: Mapping[str, Sequence[Tensor]], contract: Contract
) -> str:
    """Return what a file holds as JSON.

    Args:
        saved: The file.
        tensors: Its stored tensors by layer path; ``""`` for those of no known layer.
        contract: What it expects of its inputs.
    """
    return written(_document(saved, tensors, contract))


def _document(
    saved: Saved, tensors: Mapping[str, Sequence[Tensor]], contract: Contract
) -> dict[str, Any]:
    artifact, provenance = saved.artifact, saved.provenance
    return {
        "schema": SCHEMA,
        "path": artifact.path,
        "container": artifact.container.value,
        "size": artifact.size,
        "claimed_version": provenance.claimed_version,
        "fingerprint": str(provenance.fingerprint),
        "clues": [{"span": str(clue.span), "says": clue.says} for clue in provenance.clues],
        "backend": provenance.backend,
        "date_saved": provenance.date_saved,
        "producer": provenance.producer,
        "root_class": saved.root.class_name if saved.root else None,
        "layer_count": len(saved.layers),
        "parameters": _parameters([each for found in tensors.values() for each in found]),
        "complete": saved.is_complete,
        "members": [{"name": member.name, "size": member.size} for member in artifact.members],
        "models": [_model(graph, tensors) for graph in saved.graphs],
        "inputs": [input_json(found) for found in contract.inputs],
        "custom_objects": [custom_json(saved, seen) for seen in verdicts(saved)],
        "signatures": [
            {"function": s.function, "name": s.name, "shape": _axes(s.shape), "dtype": s.dtype}
            for s in saved.signatures
        ],
        "other_tensors": [_tensor(tensor) for tensor in _others(saved, tensors)],
        "problems": [
            {"kind": p.kind.value, "detail": p.detail, "place": str(p.address)}
            for p in saved.problems
        ],
    }


def _axes(shape: tuple[int | None, ...] | None) -> list[int | None] | None:
    return None if shape is None else list(shape)


def _tensor(tensor: Tensor) -> dict[str, Any]:
    return {
        "path": tensor.path,
        "shape": list(tensor.shape),
        "dtype": tensor.dtype,
        "member": tensor.address.member,
    }


def _model(graph: LayerGraph, tensors: Mapping[str, Sequence[Tensor]]) -> dict[str, Any]:
    return {
        "path": graph.path,
        "kind": graph.kind,
        "inputs": [_endpoint(end) for end in graph.inputs],
        "outputs": [_endpoint(end) for end in graph.outputs],
        "layers": [_layer(layer, tensors.get(layer.path, ())) for layer in graph.layers],
    }


def _endpoint(end: Endpoint) -> list[str | int]:
    return [end.layer, end.node_index, end.tensor_index]


def _layer(layer: Layer, tensors: Sequence[Tensor]) -> dict[str, Any]:
    return {
        "name": layer.name,
        "path": layer.path,
        "class_name": layer.class_name,
        "shape": _axes(layer.shape),
        "dtype": layer.dtype,
        "connected_to": [[_endpoint(end) for end in node.inputs] for node in layer.nodes],
        "weights": [_tensor(tensor) for tensor in tensors],
        "parameters": _parameters(tensors),
    }


def _parameters(tensors: Sequence[Tensor]) -> int:
    return sum(tensor.size for tensor in tensors if not _is_optimizer(tensor))


def _is_optimizer(tensor: Tensor) -> bool:
    """Whether a tensor is an optimizer's state: it is no parameter of the model."""
    first = tensor.path.partition("/")[0]
    return first in ("optimizer_weights", "optimizer") or "/.OPTIMIZER_SLOT/" in tensor.path


def _others(saved: Saved, tensors: Mapping[str, Sequence[Tensor]]) -> list[Tensor]:
    """Return the tensors that no layer of a graph shows."""
    shown = {layer.path for graph in saved.graphs for layer in graph.layers}
    return [each for path, found in tensors.items() if path not in shown for each in found]


def inspection_text(
    saved: Saved, tensors: Mapping[str, Sequence[Tensor]], contract: Contract
) -> str:
    """Return what a file holds as text for a terminal.

    Args:
        saved: The file.
        tensors: Its stored tensors by layer path; ``""`` for those of no known layer.
        contract: What it expects of its inputs.
    """
    lines = [visible(saved.artifact.path), *_provenance(saved, tensors)]
    for graph in saved.graphs:
        title = f"the nested model {visible(graph.path)}" if graph.path else "the model"
        lines += ["", f"Layers of {title} ({graph.kind}):", *_table(graph, tensors)]
    if contract.inputs:
        lines += ["", "Expects:"]
        lines += [line for found in contract.inputs for line in input_lines(found)]
    lines += custom_lines(saved)
    others = _others(saved, tensors)
    if others:
        lines += ["", "Other tensors:"]
        lines += aligned([["", visible(t.path), _shape(t.shape), t.dtype] for t in others])
    return "\n".join(lines) + "\n"


def _provenance(saved: Saved, tensors: Mapping[str, Sequence[Tensor]]) -> list[str]:
    artifact, provenance = saved.artifact, saved.provenance
    every = [each for found in tensors.values() for each in found]
    span = str(provenance.fingerprint)
    rows = [
        ("format", artifact.container.value + (f": {artifact.detail}" if artifact.detail else "")),
        ("size", f"{artifact.size:,} bytes"),
        ("saved by", f"Keras {provenance.claimed_version}" if provenance.claimed_version else ""),
        ("content says", f"Keras {span}" if span else ""),
        ("written by", provenance.producer or ""),
        ("date", provenance.date_saved or ""),
        ("backend", provenance.backend or ""),
        ("model", _model_words(saved)),
        ("parameters", f"{_parameters(every):,} in {len(every):,} tensors" if every else ""),
    ]
    rows += [("input", f"{s.name} {_shape(s.shape)} {s.dtype}") for s in saved.signatures]
    rows += [("clue", f"{clue.says}: Keras {clue.span}") for clue in provenance.clues]
    rows += [(p.kind.value, f"{p.address} {p.detail}") for p in saved.problems[:_SHOWN_PROBLEMS]]
    more = len(saved.problems) - _SHOWN_PROBLEMS
    rows += [("problems", f"and {more:,} more")] if more > 0 else []
    width = max(len(name) for name, value in rows if value)
    return [f"  {name:<{width}}  {visible(value.strip())}" for name, value in rows if value]


def _model_words(saved: Saved) -> str:
    if saved.root is None:
        return ""
    name = f" '{saved.root.name}'" if saved.root.name else ""
    return f"{saved.root.class_name}{name}, {len(saved.layers):,} layers"


def _shape(shape: tuple[int | None, ...] | None) -> str:
    if shape is None:
        return "(unknown shape)"
    return "(" + ", ".join("?" if axis is None else str(axis) for axis in shape) + ")"


def _table(graph: LayerGraph, tensors: Mapping[str, Sequence[Tensor]]) -> list[str]:
    rows = [["", "name", "class", "connected to", "weights", "parameters"]]
    for layer in graph.layers:
        stored = tensors.get(layer.path, ())
        weights = " ".join(_shape(tensor.shape) for tensor in stored)
        shape = _shape(layer.shape) if layer.shape and not layer.nodes else ""
        count = f"{_parameters(stored):,}" if stored else ""
        rows.append(
            [
                "",
                visible(layer.name),
                visible(layer.class_name),
                visible(", ".join(dict.fromkeys(end.layer for end in layer.inbound))) or shape,
                weights,
                count,
            ]
        )
    return aligned(rows)

"""Paper layers straight from the configs of files, and the shapes of what those files store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasscan.loading.paper import Call, PaperLayer, Ref, Traced
from kerasscan.loading.shapes import Dialect, flattened, keras2_owner, stores
from kerasscan.loading.shapes.order import numbered, snake_case
from kerasscan.loading.shapes.stores import Stores
from kerasscan.model.address import Address
from kerasscan.model.saved import Purpose, Saved
from kerasscan.reader.hdf5_tree import H5Group
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.reader.weights_h5 import names, open_snapshot

PARTS = ("layer", "backward_layer", "cell")


def dialect_of(saver: str) -> Dialect:
    """Return the dialect of a saver of the zoo, such as ``tensorflow==2.11``."""
    package, _, version = saver.partition("==")
    numbers = tuple(int(part) for part in version.split("."))
    if package == "keras":
        return Dialect(numbers[0] == 3, numbers, "keras3" if numbers[0] == 3 else "keras2")
    return Dialect(False, numbers, "tf-keras" if package == "tf-keras" else "tf.keras")


def model_of(saved: Saved) -> PaperLayer | None:
    """Return the model of a file, without any repair of its config."""
    for document in saved.documents:
        if document.purpose is Purpose.MODEL and isinstance(document.value, dict):
            return layer_of(document.value, "")
    return None


def layer_of(stored: dict[str, Any], path: str) -> PaperLayer:
    """Return a layer of its config in the file."""
    config = stored.get("config")
    config = config if isinstance(config, dict) else {"layers": config or []}
    class_name = stored.get("class_name", "")
    name = stored.get("name") or config.get("name") or ""
    layer = PaperLayer(class_name, name, config, Address(layer=path))
    layer.kind = _kind(stored, config)
    layer.build_shape = config.get("build_input_shape", stored.get("build_config"))
    for key in PARTS:
        if isinstance(config.get(key), dict) and "class_name" in config[key]:
            layer.parts[key] = layer_of(config[key], f"{path}/{key}")
    for index, cell in enumerate(config.get("cells") or []):
        layer.parts[f"cells/{index}"] = layer_of(cell, f"{path}/cells/{index}")
    if layer.is_model:
        _fill_model(layer, config, path)
    return layer


def _kind(stored: dict[str, Any], config: dict[str, Any]) -> str:
    if ">" in (stored.get("registered_name") or ""):
        return "opaque"
    if stored.get("class_name") == "Sequential":
        return "sequential"
    if stored.get("class_name") in ("Functional", "Model"):
        return "functional" if "input_layers" in config else "opaque"
    return "layer"


def _fill_model(model: PaperLayer, config: dict[str, Any], path: str) -> None:
    listed = [each for each in config.get("layers", []) if isinstance(each, dict)]
    model.layers = [layer_of(each, f"{path}/{each.get('name')}") for each in listed]
    if model.kind == "sequential":
        return
    known = {layer.name for layer in model.layers}
    for layer, each in zip(model.layers, listed, strict=True):
        layer.calls = [_call(node, known) for node in each.get("inbound_nodes") or []]
    model.inputs = _refs_in(config.get("input_layers"), known)
    model.outputs = _refs_in(config.get("output_layers"), known)


def _call(node: Any, known: set[str]) -> Call:
    if isinstance(node, dict) and set(node) == {"args", "kwargs"}:
        args = _tensors(node["args"])
        kwargs = _tensors(node["kwargs"])
        return Call(tuple(args), kwargs)
    kwargs = {}
    for ref in _leaves(node, known):
        if len(ref) > 3 and isinstance(ref[3], dict):
            kwargs = {key: _refs_in(value, known) for key, value in ref[3].items()}
    found = _refs_in(node, known)
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    return Call((found,), kwargs)


def _tensors(value: Any) -> Any:
    """Replace the tensors of a node of Keras 3."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            layer, node, tensor = value["config"]["keras_history"]
            return Ref(layer, node, tensor)
        return {key: _tensors(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_tensors(each) for each in value]
    return value


def _is_ref(value: Any, known: set[str]) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and value[0] in known
        and isinstance(value[1], int)
        and isinstance(value[2], int)
    )


def _refs_in(value: Any, known: set[str]) -> Any:
    if _is_ref(value, known):
        return Ref(value[0], value[1], value[2])
    if isinstance(value, dict):
        return {key: _refs_in(each, known) for key, each in value.items()}
    if isinstance(value, list):
        return [_refs_in(each, known) for each in value]
    return value


def _leaves(value: Any, known: set[str]) -> Iterator[list[Any]]:
    if _is_ref(value, known):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each, known)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, known)


@dataclass(frozen=True)
class Stored:
    """Shapes of what an HDF5 file lists for a layer, by weight name."""

    layer: str
    weights: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes in the file's order."""
        return tuple(shape for _, shape in self.weights)


def stored_in_h5(path: Path) -> list[Stored]:
    """Return the layers with weights that a legacy HDF5 file lists, in its order."""
    with path.open("rb") as stream:
        found, _ = open_snapshot(stream, DEFAULT_LIMITS, "")
    assert found is not None
    root = found.root.groups.get("model_weights", found.root)
    listed = []
    for name in names(root, "layer_names") or ():
        group = _below(root, name)
        weights = names(group, "weight_names") or ()
        if weights:
            shapes = tuple((each, _dataset(group, each)) for each in weights)
            listed.append(Stored(name, shapes))
    return listed


def _below(group: H5Group, name: str) -> H5Group:
    for part in name.split("/"):
        group = group.groups[part]
    return group


def _dataset(group: H5Group, name: str) -> tuple[int, ...]:
    *way, last = name.split("/")
    dataset = _below(group, "/".join(way)).datasets[last] if way else group.datasets[last]
    return dataset.shape or ()


@dataclass(frozen=True)
class Compared:
    """A layer of a file: what it should hold by its config, and what it holds.

    Attributes:
        layer: The layer.
        expected: Shapes in order; None where the layer is not told.
        found: Shapes in the file's order; None where the file lists nothing.
    """

    layer: PaperLayer
    expected: tuple[tuple[int | None, ...], ...] | None
    found: tuple[tuple[int, ...], ...]

    @property
    def agrees(self) -> bool:
        """Whether the file holds what is expected, as far as it is told."""
        if self.expected is None:
            return True
        return len(self.expected) == len(self.found) and all(
            fits(expected, found) for expected, found in zip(self.expected, self.found, strict=True)
        )


def fits(expected: tuple[int | None, ...], found: tuple[int, ...]) -> bool:
    """Whether a shape is what is expected, of which axes may be unknown."""
    return len(expected) == len(found) and all(
        axis in (None, length) for axis, length in zip(expected, found, strict=True)
    )


def compared_h5(path: Path, model: PaperLayer, traced: Traced) -> list[Compared]:
    """Compare every layer of the root model with what a legacy HDF5 file lists for it."""
    stored = {each.layer: each.shapes for each in stored_in_h5(path)}
    found = []
    for layer in model.layers:
        weights = flattened(layer, traced)
        expected = None if weights is None else tuple(each.shape for each in weights)
        found.append(Compared(layer, expected, stored.get(layer.name, ())))
    return found


def compared_keras(
    saved: Saved, model: PaperLayer, traced: Traced, dialect: Dialect
) -> list[Compared]:
    """Compare every layer, at any depth, with the groups of a weights file in a zip."""
    groups: Groups = {}
    for tensor in saved.tensors:
        group, _, index = tensor.path.rpartition("/")
        if group.endswith("vars") and index.isdigit():
            owner = group.removesuffix("vars").strip("/")
            groups.setdefault(owner, {})[int(index)] = tensor.shape
    return list(_compared_groups(groups, model, traced, dialect, ""))


Groups = dict[str, dict[int, tuple[int, ...]]]


def _compared_groups(
    groups: Groups, model: PaperLayer, traced: Traced, dialect: Dialect, base: str
) -> Iterator[Compared]:
    for name, layer in _named(model, traced, dialect):
        path = f"{base}{name}"
        if layer.is_model:
            yield from _compared_groups(groups, layer, traced, dialect, f"{path}/")
            continue
        expected = stores(layer, traced)
        if expected is None or _nests(expected, dialect):
            yield Compared(layer, None, ())
            continue
        if not dialect.keras3:
            expected = {keras2_owner(owner): own for owner, own in expected.items()}
        inside = {
            owner.removeprefix(path).strip("/"): shapes
            for owner, shapes in groups.items()
            if owner == path or owner.startswith(f"{path}/")
        }
        for owner in dict.fromkeys([*inside, *expected]):
            shapes = inside.get(owner, {})
            yield Compared(
                layer,
                tuple(each.shape for each in expected.get(owner, ())),
                tuple(shapes[index] for index in sorted(shapes)),
            )


def _named(model: PaperLayer, traced: Traced, dialect: Dialect) -> Iterator[tuple[str, PaperLayer]]:
    """Yield layers with their groups; 2.12 and 2.13 count layers with weights twice."""
    if dialect.keras3 or dialect.line == "tf-keras" or dialect.since(2, 15):
        for name, layer in numbered(model):
            yield f"layers/{name}", layer
        return
    seen: Counter[str] = Counter()
    for layer in model.layers:
        name = snake_case(layer.class_name)
        yield f"_layer_checkpoint_dependencies/{name}_{seen[name]}".removesuffix("_0"), layer
        twice = not dialect.since(2, 14) and flattened(layer, traced)
        seen[name] += 2 if twice else 1


def _nests(expected: Stores, dialect: Dialect) -> bool:
    """Whether a wrapper holds a model, whose groups are named otherwise before 2.15."""
    old = not dialect.keras3 and dialect.line == "tf.keras" and not dialect.since(2, 15)
    return old and any("layers/" in owner for owner in expected)

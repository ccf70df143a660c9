"""Classes and functions as Python text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kerasscan.model.objects import Role
from kerasscan.model.tensors import Tensor
from kerasscan.stub.bodies import Skeleton, compute_output_spec, function, skeleton, wrapper
from kerasscan.stub.literals import comment, is_argument, literal, text
from kerasscan.stub.pieces import Piece

WIDTH = 88
"""Columns of a line, as black and ruff have them unless told otherwise."""

_OF_BASE = frozenset(
    {"name", "trainable", "dtype", "batch_input_shape", "batch_shape", "build_config"}
)
"""Keys that Keras' own base classes write and take."""

_TODO = "# TODO: fill in"
_SUPER = "return super().call(*args, **kwargs)"
_SHOWN = 3


def written(piece: Piece, decorator: str | None) -> list[str]:
    """Return the lines of a class or function."""
    head = [decorator] if decorator else []
    if piece.is_function:
        return [*head, *_function(piece)]
    return [*head, *_class(piece)]


def _function(piece: Piece) -> Iterator[str]:
    parameters, body = function(piece.role)
    yield f"def {piece.name}({parameters}):"
    yield f'    """{_purpose(piece)}."""'
    yield f"    {_TODO}"
    yield f"    {body}"


def _purpose(piece: Piece) -> str:
    """Say where the file asks for it."""
    layers = dict.fromkeys(need.found.address.layer for need in piece.needs)
    shown = [f"'{comment(layer)}'" for layer in layers if layer][:_SHOWN]
    words = piece.role.value.replace("-", " ").capitalize()
    if not shown:
        return words
    more = f" and {len(layers) - _SHOWN} more" if len(layers) > _SHOWN else ""
    said = f"{words} in {', '.join(shown)}{more}"
    return said if len(said) <= WIDTH - 12 else words


def _class(piece: Piece) -> Iterator[str]:
    shape = _shape_of(piece)
    bases = "" if shape.base == "object" else f"({shape.base})"
    yield f"class {piece.name}{bases}:"
    yield f'    """{_purpose(piece)}."""'
    if piece.role is Role.MODEL and all("layers" in config for config in piece.configs):
        return  # Keras builds it from the list of layers
    keys = [key for key in _keys(piece, shape) if is_argument(key)]
    others = [key for key in _keys(piece, shape) if not is_argument(key)]
    methods = [
        list(_constructor(piece, shape, keys, others)),
        list(_build(piece)),
        list(_work(shape)),
        list(compute_output_spec()) if piece.role is Role.OPERATION else [],
        list(_get_config(shape, keys)),
        list(_from_config(shape)),
    ]
    for method in methods:
        if method:
            yield ""
            yield from method


def _shape_of(piece: Piece) -> Skeleton:
    if piece.ancestor is not None and piece.ancestor.canonical is not None:
        return Skeleton(piece.ancestor.canonical, "call(self, *args, **kwargs)", _SUPER)
    found = skeleton(piece.role)
    is_model = piece.role is Role.MODEL
    if is_model and all("layers" in config for config in piece.configs):
        is_graph = all("input_layers" in config for config in piece.configs)
        return found if is_graph else Skeleton("keras.Sequential")
    if piece.role is Role.LAYER and all(_is_object(each.get("layer")) for each in piece.configs):
        return wrapper()
    return found


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and "class_name" in value


def _keys(piece: Piece, shape: Skeleton) -> list[str]:
    """Return the keys of the configurations, those left out that the base class takes."""
    keys = dict.fromkeys(key for config in piece.configs for key in config)
    taken = set(_OF_BASE) if shape.takes_keywords else set()
    if piece.ancestor is not None:
        taken |= set(piece.ancestor.arguments)
    return [key for key in keys if key not in taken]


def _constructor(
    piece: Piece, shape: Skeleton, keys: list[str], others: list[str]
) -> Iterator[str]:
    is_cell = piece.role is Role.CELL
    if not keys and not others and not is_cell:
        return
    parameters = ["self"]
    is_wrapper = shape == wrapper()
    required = ["layer"] if is_wrapper else []
    for key in sorted(keys, key=lambda key: key not in required):
        parameters.append(key if key in required else f"{key}={_default(piece, key)}")
    yield from _signature("__init__", [*parameters, "**kwargs"])
    for key in others:
        yield f"        kwargs.pop({text(key)}, None)"
    if shape.takes_keywords:
        yield f"        super().__init__({'layer, ' if is_wrapper else ''}**kwargs)"
    for key in keys:
        if key not in required:
            yield f"        self.{key} = {key}{_hint(piece, key)}"
    if is_cell and "state_size" not in keys:
        yield f"        self.state_size = {'units' if 'units' in keys else 1}  {_TODO}"


def _default(piece: Piece, key: str) -> str:
    """Return the default of an argument: the value that the file holds first."""
    values = (config[key] for config in piece.configs if key in config)
    return literal(next(values, None)) or "None"


def _hint(piece: Piece, key: str) -> str:
    values = [config[key] for config in piece.configs if key in config]
    if any(_is_object(value) for value in values):
        return "  # as saved: see keras.saving.deserialize_keras_object"
    return ""


def _signature(name: str, parameters: Sequence[str]) -> Iterator[str]:
    line = f"    def {name}({', '.join(parameters)}):"
    if len(line) <= WIDTH:
        yield line
        return
    yield f"    def {name}("
    inner = f"        {', '.join(parameters)}"
    if len(inner) <= WIDTH and not parameters[-1].startswith("**"):
        yield inner
    else:
        yield from (f"        {each}," for each in parameters)
    yield "    ):"


def _build(piece: Piece) -> Iterator[str]:
    """Make weights of the stored shapes, so that they can be loaded."""
    if not piece.weights:
        return
    yield "    def build(self, input_shape):"
    yield f"        {_TODO}: these are the shapes that the file holds"
    shapes = {name: _shapes(tensors) for name, tensors in piece.weights.items()}
    distinct = list(dict.fromkeys(shapes.values()))
    if len(distinct) == 1:
        for number, (name, shape, dtype) in enumerate(distinct[0]):
            yield from _weight(f"self.w{number}", name, shape, dtype)
    else:
        yield "        shapes = {"
        for name, those in shapes.items():
            yield f"            {text(name)}: {[shape for _, shape, _ in those]!r},"
        yield "        }"
        yield "        for number, shape in enumerate(shapes.get(self.name, [])):"
        yield '            self.add_weight(name=f"w{number}", shape=shape)'
    yield "        self.built = True"


_Weight = tuple[str, tuple[int, ...], str]


def _shapes(tensors: Sequence[Tensor]) -> tuple[_Weight, ...]:
    found = []
    for number, tensor in enumerate(tensors):
        name = (tensor.variable or f"w{number}").rpartition("/")[2].partition(":")[0]
        found.append((name if is_argument(name) else f"w{number}", tensor.shape, tensor.dtype))
    return tuple(found)


def _weight(target: str, name: str, shape: tuple[int, ...], dtype: str) -> Iterator[str]:
    arguments = [f"name={text(name)}", f"shape={shape!r}"]
    if dtype != "float32" and dtype.isalnum():
        arguments.append(f"dtype={text(dtype)}")
    yield from _call(f"        {target} = self.add_weight", arguments)


def _call(start: str, arguments: Sequence[str]) -> Iterator[str]:
    line = f"{start}({', '.join(arguments)})"
    if len(line) <= WIDTH:
        yield line
        return
    indent = " " * (len(start) - len(start.lstrip()))
    yield f"{start}("
    inner = f"{indent}    {', '.join(arguments)}"
    if len(inner) <= WIDTH:
        yield inner
    else:
        yield from (f"{indent}    {each}," for each in arguments)
    yield f"{indent})"


def _work(shape: Skeleton) -> Iterator[str]:
    if shape.method:
        yield f"    def {shape.method}:"
        yield f"        {_TODO}"
        yield f"        {shape.body}"


def _get_config(shape: Skeleton, keys: list[str]) -> Iterator[str]:
    own = [key for key in keys if not (shape == wrapper() and key == "layer")]
    if not own and shape.writes_config:
        return
    pairs = [f"{text(key)}: self.{key}" for key in own]
    yield "    def get_config(self):"
    parts = [*(["**super().get_config()"] if shape.writes_config else []), *pairs]
    line = f"        return {{{', '.join(parts)}}}"
    if len(line) <= WIDTH:
        yield line
        return
    yield "        return {"
    yield from (f"            {part}," for part in parts)
    yield "        }"


def _from_config(shape: Skeleton) -> Iterator[str]:
    if shape.base == "object":
        yield "    @classmethod"
        yield "    def from_config(cls, config):"
        yield "        return cls(**config)"

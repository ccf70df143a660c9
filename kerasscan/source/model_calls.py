"""Where a model of Keras is trained, and where it predicts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from kerasscan.model.objects import Role
from kerasscan.model.source import Use
from kerasscan.source.blocks import Block
from kerasscan.source.keras_names import class_role, is_framework, is_function, keras_parts
from kerasscan.source.lineage import Lineage
from kerasscan.source.names import Names, Outside, Thing, Value, dotted
from kerasscan.source.scopes import ClassRecord, Imported, Module, Scope

CALLS_A_MODEL = re.compile(
    rb"\.[ \t]*(?:fit|fit_generator|train_on_batch|predict|predict_on_batch|predict_generator"
    rb"|predict_classes|predict_step)[ \t]*\(|load_model[ \t]*\("
)
"""Text without which a module trains nothing and predicts nothing."""

_METHODS = {
    **dict.fromkeys(("fit", "fit_generator", "train_on_batch"), Use.FIT),
    **dict.fromkeys(
        ("predict", "predict_on_batch", "predict_generator", "predict_classes"), Use.PREDICT
    ),
}

_LOADERS = ("load_model", "model_from_json", "model_from_yaml", "model_from_config")

_MODEL_WORDS = frozenset({"model", "net", "network", "cnn", "rnn", "lstm", "gru", "unet", "resnet"})
"""Parts of a name that a model of Keras has, where nothing tells what the name stands for."""

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Where a word ends in a name such as ``maskNet``."""


class ModelCalls:
    """Finds calls that train a model of Keras or predict with it."""

    def __init__(self, names: Names, lineage: Lineage) -> None:
        self._names = names
        self._lineage = lineage
        self._with_keras: dict[Module, bool] = {}

    def of(self, block: Block) -> Iterator[tuple[Use, ast.Call]]:
        """Yield the calls of a block, in the order of the text."""
        for node in block.nodes:
            if not isinstance(node, ast.Call):
                continue
            match node.func:
                case ast.Attribute(value=model, attr=method) if method in _METHODS:
                    if self._is_model(model, block.scope):
                        yield _METHODS[method], node
                case ast.Name() if self._is_loaded(node.func, block.scope):
                    yield Use.PREDICT, node

    def _is_model(self, expr: ast.expr, scope: Scope) -> bool:
        """Whether it is a model: by what it is made of, else by its name."""
        told = {self._tells(thing) for thing in self._names.meanings(expr, scope)}
        if True in told:
            return True
        if False in told:
            return False
        name = _HUMP.sub("_", dotted(expr).rpartition(".")[2]).lower()
        words = re.sub(r"\d", "", name).split("_")
        return not _MODEL_WORDS.isdisjoint(words) and self._knows_keras(scope.module)

    def _tells(self, thing: Thing) -> bool | None:
        """Whether something is a model; None: cannot be told."""
        match thing:
            case Value(expr=ast.Call(func=func), scope=scope):
                made = self._names.meaning(func, scope)
                match made:
                    case Outside(name=name) if keras_parts(name) is not None:
                        return _makes_model(name)
                    case Outside(name=name):
                        return None if "." not in name else False
                    case ClassRecord():
                        base = self._lineage.keras_base(made)
                        return base is not None and base[0] is Role.MODEL
            case Module():
                return False
        return None

    def _is_loaded(self, expr: ast.Name, scope: Scope) -> bool:
        """Whether it is a model that was read from a file: ``model(x)`` predicts then."""
        for thing in self._names.meanings(expr, scope):
            if isinstance(thing, Value) and isinstance(thing.expr, ast.Call):
                made = self._names.meaning(thing.expr.func, thing.scope)
                if isinstance(made, Outside) and is_function(made.name, *_LOADERS):
                    return True
        return False

    def _knows_keras(self, module: Module) -> bool:
        known = self._with_keras.get(module)
        if known is None:
            known = self._with_keras[module] = _imports_keras(module.scope)
        return known


def _makes_model(name: str) -> bool:
    parts = keras_parts(name) or ()
    return (
        class_role(name) is Role.MODEL
        or is_function(name, *_LOADERS, "clone_model")
        or "applications" in parts
    )


def _imports_keras(top: Scope) -> bool:
    stack = [top]
    while stack:
        scope = stack.pop()
        if any(is_framework(star.module) for star in scope.stars):
            return True
        for bindings in scope.bindings.values():
            for binding in bindings:
                if isinstance(binding, Imported):
                    if is_framework(binding.module):
                        return True
                elif (body := getattr(binding, "body", None)) is not None:
                    stack.append(body)
    return False

"""What kind of thing a Keras class is, told by the roots of its inheritance."""

import re

from kerasscan.catalog.harvest.definitions import ClassDefinition
from kerasscan.catalog.harvest.library import Library
from kerasscan.catalog.harvest.syntax import last_name

_ROOTS = (
    # The order decides: a Metric of TensorFlow 2 is a Layer, a Layer of Keras 3 an Operation.
    ("metric", {"Metric"}),
    ("loss", {"Loss"}),
    ("optimizer", {"Optimizer", "BaseOptimizer", "_BaseOptimizer", "OptimizerV2"}),
    ("schedule", {"LearningRateSchedule"}),
    ("initializer", {"Initializer"}),
    ("regularizer", {"Regularizer", "WeightRegularizer", "ActivityRegularizer"}),
    ("constraint", {"Constraint"}),
    ("dtype_policy", {"DTypePolicy", "Policy", "PolicyV1", "DTypePolicyMap"}),
    ("quantizer", {"Quantizer", "QuantizationConfig"}),
    ("model", {"Model", "Network", "Container", "Functional"}),
    ("layer", {"Layer"}),
    ("operation", {"Operation"}),
    ("other", {"KerasSaveable", "LossScale"}),
)


class Kinds:
    """Inheritance in one release: linearized bases and the kind of every class."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._mro: dict[str, tuple[ClassDefinition, ...]] = {}
        self.outside: dict[str, frozenset[str]] = {}

    def bases(self, definition: ClassDefinition) -> list[ClassDefinition]:
        """Bases that are classes of the release, in the order of the class statement."""
        found = []
        for base in definition.node.bases:
            target = self._library.resolve(definition.module, base)
            if isinstance(target, ClassDefinition) and target.path != definition.path:
                found.append(target)
        return found

    def mro(self, definition: ClassDefinition) -> tuple[ClassDefinition, ...]:
        """C3 linearization over the classes of the release (depth first if it fails)."""
        if definition.path not in self._mro:
            self._mro[definition.path] = (definition,)  # guards against a cycle of names
            self._mro[definition.path] = self._linearize(definition)
        return self._mro[definition.path]

    def kind(self, definition: ClassDefinition) -> str | None:
        """The kind of a class, or None for one that no saved model names."""
        names = self._ancestor_names(definition)
        for kind, roots in _ROOTS:
            if names & roots and (kind != "model" or "Layer" in names):
                if kind == "layer" and definition.name.endswith(("Cell", "Cells")):
                    return "cell"
                return kind
        if any("from_config" in ancestor.members for ancestor in self.mro(definition)):
            return "other"
        return None

    def _ancestor_names(self, definition: ClassDefinition) -> set[str]:
        """Names of all ancestors, those outside the release by the name they are used by."""
        names = set()
        for ancestor in self.mro(definition):
            names.add(ancestor.name)
            names.update(last_name(base) for base in ancestor.node.bases)
        return names

    def _linearize(self, definition: ClassDefinition) -> tuple[ClassDefinition, ...]:
        bases = self.bases(definition)
        queues = [list(self.mro(base)) for base in bases] + [list(bases)]
        order = [definition]
        while queues := [queue for queue in queues if queue]:
            head = _next_head(queues)
            order.append(head)
            queues = [[c for c in queue if c.path != head.path] for queue in queues]
        return tuple(order)


def _next_head(queues: list[list[ClassDefinition]]) -> ClassDefinition:
    """First class that stands in no tail; where none does, the first of all."""
    for queue in queues:
        if not any(queue[0].path == c.path for other in queues for c in other[1:]):
            return queue[0]
    return queues[0][0]


def snake_case(name: str) -> str:
    """`GlorotUniform` -> `glorot_uniform` (`to_snake_case` in keras/src/utils/naming.py)."""
    partly = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub("([a-z])([A-Z])", r"\1_\2", partly).lower()

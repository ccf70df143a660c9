"""What one Keras release ships: typed access to the folded data.

    dense = shipped("keras==3.12.0").by_path("keras.layers.Dense")    # contents.shipped
    dense.accepts("quantization_config")        # False: keras 3.13.0 introduced it

Everything is read from source by `ast` (`harvest`). What source text does not tell, such as
keys that a loader repairs before it calls a constructor, is not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, cast

from kerasscan.catalog.fold import Folded, unfold
from kerasscan.catalog.lines import Line
from kerasscan.catalog.tree import Tree

FAMILIES = (
    "api",  # public and of no kind that a saved model should name: callbacks, utilities, ...
    "constraints",
    "functions",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "operations",
    "optimizers",
    "others",
    "policies",
    "regularizers",
    "tables",
)
NOT_OBJECTS = ("tables",)


@dataclass(frozen=True)
class KnownRelease:
    """One line of `data/releases.json`."""

    distribution: str
    version: str
    line: Line
    date: str | None
    """Day of the newest file in the archive; None where builds carry no dates."""
    root: str
    """Package that holds the implementation: `keras.src`, `tensorflow.python.keras`, ..."""
    file: str
    sha256: str
    digest: str
    """Over the snapshot, so that folding can be shown to lose nothing."""

    @property
    def requirement(self) -> str:
        """`keras==3.15.1`; TensorFlow is called that, whichever of its wheels was read."""
        name = "tensorflow" if self.distribution.startswith("tensorflow") else self.distribution
        return f"{name}=={self.version}"


@dataclass(frozen=True)
class Shipped:
    """A class or function as one release has it."""

    key: str
    facts: Tree
    root: str

    @cached_property
    def kind(self) -> str:
        """Layer, model, cell, initializer, activation, ..."""
        return next(iter(self.facts["kind"]))

    @cached_property
    def name(self) -> str:
        """`__name__`, which is what goes into files as class_name."""
        return next(iter(self.facts.get("name", {})), self.key.rpartition(".")[2])

    @cached_property
    def module(self) -> str:
        """`__module__`: where the implementation is."""
        return next(iter(self.facts["module"])).replace("~", self.root, 1)

    @cached_property
    def canonical(self) -> str | None:
        """First public path; the only one by which Keras 3 finds an object without import."""
        return self.key if self.key.startswith("keras.") else None

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """All public paths, the canonical one first."""
        aliases = tuple(self.facts.get("aliases", {}))
        return aliases if self.canonical is None else (self.canonical, *aliases)

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """Keyword arguments of the constructor, those taken out of **kwargs included."""
        return tuple(self.facts.get("args", {}))

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Arguments without a default."""
        return tuple(self.facts.get("required", {}))

    @cached_property
    def renamed_arguments(self) -> Mapping[str, str]:
        """Names of Keras 1 that Keras 2.0 to 2.3 takes for others, old name -> new name."""
        return {old: next(iter(new)) for old, new in self.facts.get("renamed", {}).items()}

    @cached_property
    def swallows_unknown(self) -> bool:
        """Whether arguments that nobody knows are silently dropped."""
        return "swallows" in self.facts.get("flags", {})

    @cached_property
    def is_saveable(self) -> bool:
        """Whether Keras 3.11 and newer would load the class from a module outside the API."""
        return "saveable" in self.facts.get("flags", {})

    @cached_property
    def from_config(self) -> str | None:
        """The class whose own `from_config` is used; None for plain `cls(**config)`."""
        return next(iter(self.facts.get("from_config", {})), None)

    @property
    def from_config_reads(self) -> tuple[str, ...]:
        """Keys of the config that this `from_config` reads by name."""
        return tuple(next(iter(self.facts.get("from_config", {}).values()), {}))

    @property
    def written(self) -> tuple[str, ...]:
        """Keys that `get_config` always writes."""
        return tuple(self.facts.get("emits", {}))

    @property
    def written_sometimes(self) -> tuple[str, ...]:
        """Keys that `get_config` writes under some condition."""
        return tuple(self.facts.get("emits_maybe", {}))

    @property
    def writes_more(self) -> bool:
        """Whether `get_config` also writes keys that its text does not spell out."""
        return "emits_more" in self.facts.get("flags", {})

    @cached_property
    def taken(self) -> frozenset[str]:
        """Arguments by all names that are understood, those of Keras 1 included."""
        return frozenset(name for part in ("args", "renamed") for name in self.facts.get(part, {}))

    def accepts(self, argument: str) -> bool:
        """Whether `cls(**{argument: ...})` is a call the constructor understands."""
        return argument in self.taken or self.swallows_unknown

    @cached_property
    def call(self) -> tuple[object, ...]:
        """What decides what a loader's call of it does, beside the arguments that it takes.

        Equal in two releases that differ only in what the object writes, in defaults or in the
        module that defines it.
        """
        is_class = any(part in self.facts for part in ("args", "bases", "emits"))
        sections = (self.facts.get(part, {}) for part in ("required", "renamed", "flags"))
        return (self.key, self.kind, self.name, is_class, self.from_config, *sections)

    def default(self, argument: str) -> str | None:
        """Source text of an argument's default; None if there is none, or a long one."""
        return next(iter(self.facts.get("args", {}).get(argument, {})), None)


@cache
def known_releases() -> tuple[KnownRelease, ...]:
    """All releases in the catalog, by product line and version."""
    return tuple(KnownRelease(**row) for row in cast("list[Any]", _read("releases")))


def snapshot(release: KnownRelease, family: str) -> Tree:
    """Facts of one family as they were harvested."""
    folded = folded_family(release.line, family)
    versions = [known.version for known in known_releases() if known.line == release.line]
    return unfold(folded, versions, release.version)


def folded_family(line: Line, family: str) -> dict[str, Folded]:
    """Facts of one family over all releases of a product line, as intervals."""
    return cast("dict[str, Folded]", _read(f"{line}-{family}"))


@cache
def _read(name: str) -> object:
    """Contents of a data file; a family that a line does not have is empty."""
    import json
    from pathlib import Path

    path = Path(__file__).parent / "data" / f"{name}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}

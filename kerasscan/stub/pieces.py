"""What a stub has to hold: each class and function once, with all that the file says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kerasscan.catalog.releases import Release
from kerasscan.catalog.shipped import Shipped
from kerasscan.custom.needs import Need
from kerasscan.custom.standing import Standing, Verdict, verdicts
from kerasscan.model.objects import Role
from kerasscan.model.provider import Provider
from kerasscan.model.saved import Saved
from kerasscan.model.source import Source
from kerasscan.model.tensors import Tensor
from kerasscan.reader.attribution import tensors_by_layer
from kerasscan.stub.ancestors import ancestor
from kerasscan.stub.literals import identifier


@dataclass
class Piece:
    """A class or function to write.

    Attributes:
        name: Its name in Python.
        key: The name under which the loader looks for it.
        role: What it is for.
        is_function: Whether it is a function.
        needs: Where the file asks for it.
        weights: Stored weights of its own by layer name.
        ancestor: The layer of Keras that it seems to descend from.
    """

    name: str
    key: str
    role: Role
    is_function: bool
    needs: list[Need] = field(default_factory=list)
    weights: dict[str, list[Tensor]] = field(default_factory=dict)
    ancestor: Shipped | None = None

    @property
    def configs(self) -> list[dict[str, Any]]:
        """The configurations that the file holds for it."""
        return [need.found.config for need in self.needs]


@dataclass(frozen=True)
class Taken:
    """A class or function that an installed package has.

    Attributes:
        key: The name under which the loader looks for it.
        path: Where to import it from; ``""``: importing the package registers it.
        provider: The package.
    """

    key: str
    path: str
    provider: Provider


@dataclass(frozen=True)
class Plan:
    """What a stub consists of.

    Attributes:
        pieces: Classes and functions to write.
        taken: Those that packages have.
        here: Those that the project has.
        left_out: Those that only compiling needs.
    """

    pieces: tuple[Piece, ...]
    taken: tuple[Taken, ...]
    here: tuple[Verdict, ...]
    left_out: tuple[Need, ...]


_HERE = (
    Standing.REGISTERED_HERE,
    Standing.PASSED_HERE,
    Standing.DRIFTED,
    Standing.DEFINED_HERE,
)


def plan(saved: Saved, source: Source | None, release: Release) -> Plan:
    """Return what has to be written, imported and left out for a file and a release."""
    pieces: dict[tuple[str, bool], Piece] = {}
    taken: dict[str, Taken] = {}
    here: dict[str, Verdict] = {}
    left_out: list[Need] = []
    for seen in verdicts(saved, source):
        need = seen.need
        if need.is_training:
            left_out.append(need)
        elif seen.standing in _HERE:
            here.setdefault(need.key, seen)
        elif seen.standing is Standing.PROVIDED and seen.provider is not None:
            taken.setdefault(need.key, _taken(seen, seen.provider))
        else:
            _add(pieces, need)
    for piece in pieces.values():
        if piece.role is Role.LAYER:
            piece.ancestor = ancestor(piece.needs[0].name, piece.configs[0], release)
    _weigh(saved, (piece for piece in pieces.values() if piece.ancestor is None))
    return Plan(
        tuple(pieces.values()), tuple(taken.values()), tuple(here.values()), tuple(left_out)
    )


def _taken(seen: Verdict, provider: Provider) -> Taken:
    known, need = seen.provided, seen.need
    if known is None and need.found.package is not None:
        return Taken(need.key, "", provider)
    if known is None:
        return Taken(need.key, f"{need.found.module}.{need.name}", provider)
    return Taken(need.key, "" if known.registered == need.key else known.path, provider)


def _add(pieces: dict[tuple[str, bool], Piece], need: Need) -> None:
    key = (need.key, need.is_function)
    if key not in pieces:
        name = identifier(need.name, (piece.name for piece in pieces.values()))
        pieces[key] = Piece(name, need.key, need.found.role, need.is_function)
    pieces[key].needs.append(need)


def _weigh(saved: Saved, pieces: Iterable[Piece]) -> None:
    """Give pieces the stored weights that their layers have to make themselves."""
    by_layer = tensors_by_layer(saved)
    for piece in pieces:
        for need in piece.needs:
            found = need.found
            if not found.is_layer_like or found.role is Role.MODEL:
                continue
            own = by_layer.get(found.address.layer) or _of_wrapper(by_layer, found.address.layer)
            own = [tensor for tensor in own if _is_direct(tensor)]
            if own and found.name:
                piece.weights[found.name] = own


def _of_wrapper(by_layer: dict[str, list[Tensor]], layer: str) -> list[Tensor]:
    """Return what is stored for the layer around one: HDF5 files know no inner layers."""
    around = layer.rpartition("/")[0]
    return by_layer.get(around, []) if around else []


def _is_direct(tensor: Tensor) -> bool:
    """Whether a weight is the layer's own, not that of a layer that it holds as an attribute.

    ``.weights.h5`` keeps the weights of attributes in groups of their own, which a loader passes
    over when the attribute is not there (keras/src/saving/saving_lib.py, ``_load_state``).
    """
    parts = tensor.path.split("/")
    return "vars" not in parts or parts[-2:-1] == ["vars"]

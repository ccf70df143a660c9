"""Every trick: ``from tests.hostile.tricks import TRICKS``.

Each makes one hostile but inert model file: code in it prints a marker, functions that it names do
no harm, files that it reads are canaries beside it. What real releases do with them is recorded in
``tests/recordings/hostile/``.
"""

from __future__ import annotations

from typing import Final

from tests.hostile import (
    archives,
    bombs,
    harmless,
    hdf5_files,
    lambdas,
    layers,
    references,
    yaml_files,
)
from tests.hostile.trick import Trick

ROOMS: Final = (harmless, lambdas, references, layers, hdf5_files, archives, bombs, yaml_files)

TRICKS: Final[tuple[Trick, ...]] = tuple(
    sorted((trick for room in ROOMS for trick in room.tricks()), key=lambda trick: trick.id)
)
"""Sorted by id."""

BY_ID: Final[dict[str, Trick]] = {trick.id: trick for trick in TRICKS}

__all__ = ["BY_ID", "TRICKS", "Trick"]

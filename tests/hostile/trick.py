"""What a trick is: a way to write one hostile but inert model file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

Make: TypeAlias = Callable[[Path], Path]
"""Writes the model and what lies beside it into a folder, and returns the path of the model."""

ANY, KERAS_2, KERAS_3 = "any", "keras-2", "keras-3"


@dataclass(frozen=True)
class Trick:
    """One hostile file, or the harmless counterpart of one.

    Paths inside the files are relative to the folder they are made in, or below
    ``/proc/self/cwd``: a loader has to run in that folder to find what lies beside the model.

    Attributes:
        id: Unique name, with the container last: ``lambda.keras``.
        says: What is hostile about it, in a sentence without a full stop.
        advisories: Published advisories about it: CVE and GHSA identifiers.
        make: Writes it.
        made_for: The dialect it is written in: ``keras-2``, ``keras-3`` or ``any``.
        python: The only Python that can run the bytecode in it; empty where there is none.
        backend: The backend without which the layer cannot be made.
        calls: Functions, ``module:name``, whose call is the effect; a module stands for its parts.
        harmless: Whether it is a counterpart that nothing is wrong with.
    """

    id: str
    says: str
    advisories: tuple[str, ...]
    make: Make
    made_for: str = ANY
    python: str = ""
    backend: str = "tensorflow"
    calls: tuple[str, ...] = ()
    harmless: bool = False

    @property
    def container(self) -> str:
        """What is written: ``keras``, ``directory``, ``h5``, ``json`` or ``yaml``."""
        return self.id.rpartition(".")[2]

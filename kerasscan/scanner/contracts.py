"""Paths to contracts: what the models of files expect, and what lies beside them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from kerasscan.contract.contract import contract_of
from kerasscan.model.contract import Companion, Contract
from kerasscan.model.visible import visible
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits
from kerasscan.reader.reading import read
from kerasscan.scanner.discover import Search, discover

_LIKELY = (
    ("*scaler*.pkl", "a fitted scaler, pickled"),
    ("*scaler*.joblib", "a fitted scaler, pickled"),
    ("*scaler*.save", "a fitted scaler, pickled"),
    ("*encoder*.pkl", "a fitted encoder, pickled"),
    ("*encoder*.joblib", "a fitted encoder, pickled"),
    ("*tokenizer*.pkl", "a tokenizer, pickled"),
    ("*tokenizer*.pickle", "a tokenizer, pickled"),
    ("*tokenizer*.json", "a tokenizer"),
    ("*.spm", "a SentencePiece model"),
    ("spiece.model", "a SentencePiece model"),
    ("vocab*", "a vocabulary"),
    ("merges.txt", "the merges of a byte-pair encoding"),
    ("label_encoder*", "the classes of the output"),
    ("labels*.txt", "the classes of the output"),
    ("classes*.txt", "the classes of the output"),
    ("class_indices*.json", "the classes of the output"),
    ("preprocessor_config.json", "the settings of an image processor"),
    ("*preprocess*.pkl", "preprocessing, pickled"),
    ("*pipeline*.pkl", "a fitted pipeline, pickled"),
    ("*pipeline*.joblib", "a fitted pipeline, pickled"),
    ("mean*.npy", "a mean that was subtracted"),
    ("std*.npy", "a deviation that was divided by"),
)
"""Names that files of preprocessing have, and what such files are. None of them is opened."""

_MOST = 20


@dataclass(frozen=True)
class Contracts:
    """The contracts of several models.

    Attributes:
        contracts: Sorted by path; files without layers are left out.
        incomplete: Paths of files that could not be read to their end.
        bare: Paths of files without layers, and what they are: ``("w.h5", "h5-weights")``.
    """

    contracts: tuple[Contract, ...]
    incomplete: tuple[str, ...]
    bare: tuple[tuple[str, str], ...] = ()


def contracts(
    paths: Iterable[str | os.PathLike[str]], limits: Limits = DEFAULT_LIMITS
) -> Contracts:
    """Return what the models below paths expect of their inputs.

    Raises:
        NoSuchPath: A path does not exist.
    """
    found, incomplete, bare = [], [], []
    for path in discover(paths, Search()):
        saved = read(path, limits)
        if not saved.is_complete:
            incomplete.append(visible(saved.artifact.path))
        if saved.root is not None:
            found.append(replace(contract_of(saved), companions=companions(path)))
        else:
            bare.append((visible(saved.artifact.path), str(saved.artifact.container)))
    return Contracts(tuple(found), tuple(incomplete), tuple(bare))


def companions(path: Path) -> tuple[Companion, ...]:
    """Return the files beside a model that look like its preprocessing, by their names."""
    try:
        names = sorted(entry.name for entry in os.scandir(path.parent) if entry.is_file())
    except OSError:
        return ()
    found = []
    for name in names:
        says = next((says for glob, says in _LIKELY if fnmatch(name.lower(), glob)), None)
        if says is not None and name != path.name:
            found.append(Companion(name, says))
    return tuple(found[:_MOST])

"""Damage by chance: every sample with bytes flipped, cut off, doubled or zeroed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kerasscan.checks.registry import BUILTIN_CHECKS
from kerasscan.model.finding import Case
from kerasscan.model.hazard import HazardKind
from kerasscan.model.objects import Role
from kerasscan.model.saved import Container, ProblemKind, Saved
from kerasscan.reader.attribution import tensors_by_layer
from kerasscan.reader.reading import read
from kerasscan.source import read_source
from tests.samples.manifest import SAMPLES

SEED = 20_260_101
ROUNDS = 10
SLOWEST = 5.0
"""Seconds that one case may take."""

SMALL = 300_000
FILES = [
    path
    for path in sorted(SAMPLES.rglob("*"))
    if path.is_file()
    and "make" not in path.relative_to(SAMPLES).parts
    and not path.name.endswith((".md", ".toml", ".txt"))
    and 0 < path.stat().st_size < SMALL
]

ROLES = [str(role) for role in Role]
OPTIONS: dict[str, dict[str, Any]] = {
    "custom-constructor": {"roles": ROLES, "fault": "missing"},
    "custom-definition": {"roles": ROLES, "standings": ["drifted", "defined-here"]},
    "container": {"containers": [str(kind) for kind in Container]},
    "custom-function": {"roles": ROLES},
    "custom-object": {"roles": ROLES},
    "embedding-size": {"fault": "vocabulary"},
    "hazard": {"kinds": [str(kind) for kind in HazardKind]},
    "head-and-loss": {"fault": "logits"},
    "image-range": {"fault": "missing"},
    "input-meaning": {"meaning": "tabular"},
    "lookup-state": {"fault": "vocabulary"},
    "normalization-state": {"fault": "degenerate"},
    "object-matches": {"where": {"required": ["config"]}, "upstream": {"required": ["config"]}},
    "problem": {"kinds": [str(kind) for kind in ProblemKind]},
}


SOURCE = read_source([SAMPLES / "registration" / "project"])


def mutants(data: bytes, random: Random) -> Iterator[bytes]:
    for number in range(ROUNDS):
        changed = bytearray(data)
        place = random.randrange(len(data))
        length = random.choice((1, 2, 8, 64))
        match number % 5:
            case 0:
                del changed[place:]
            case 1:
                changed[place : place + length] = random.randbytes(length)
            case 2:
                changed[place : place + length] = bytes(length)
            case 3:
                changed[place:place] = data[place : place + length]
            case _:
                for _ in range(random.choice((1, 3, 20))):
                    changed[random.randrange(len(data))] ^= 1 << random.randrange(8)
        yield bytes(changed)


def ask_everything(saved: Saved) -> int:
    """Ask every check and return how much they saw."""
    seen = 0
    for name, check in BUILTIN_CHECKS.items():
        for observation in check.run(Case(saved, source=SOURCE), OPTIONS.get(name, {})):
            assert set(check.facts) <= set(observation.facts)
            seen += 1
    assert sum(map(len, tensors_by_layer(saved).values())) == len(saved.tensors)
    return seen


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SAMPLES).as_posix())
def test_damage_by_chance_is_told_in_time(path: Path, tmp_path: Path) -> None:
    place = tmp_path / path.name
    if path.suffix in (".pb", ".index"):  # judged as part of their folder
        for sibling in path.parent.iterdir():
            if sibling.is_file():
                (tmp_path / sibling.name).write_bytes(sibling.read_bytes())
    random = Random(f"{SEED}:{path.name}")  # noqa: S311  # the same damage every time
    for data in mutants(path.read_bytes(), random):
        place.write_bytes(data)
        start = time.perf_counter()
        saved = read(tmp_path if path.suffix == ".pb" else place)
        seen = ask_everything(saved)
        assert time.perf_counter() - start < SLOWEST
        assert saved.is_complete or any(problem.incomplete for problem in saved.problems)
        assert seen or saved.artifact.container.is_model


def test_there_are_enough_cases() -> None:
    assert len(FILES) * ROUNDS > 1_200

"""The samples' manifest."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "samples"


@dataclass(frozen=True)
class Sample:
    """One entry of ``samples/MANIFEST.toml``; the keys are explained in ``samples/README.md``."""

    path: str
    sha256: str
    made_by: str
    container: str
    claimed_version: str | None
    root_class: str | None
    layers: int | None
    source: str | None = None

    @property
    def file(self) -> Path:
        """Where the sample is."""
        return SAMPLES / self.path

    @property
    def expected(self) -> Path:
        """Where the text that a scan of it prints is kept."""
        return SAMPLES / f"{self.path}.expected.txt"

    @property
    def family(self) -> str:
        """The folder it lies in."""
        return self.path.partition("/")[0]


def load_samples() -> list[Sample]:
    """Return every sample, in the manifest's order."""
    with (SAMPLES / "MANIFEST.toml").open("rb") as stream:
        entries: list[dict[str, Any]] = tomllib.load(stream)["sample"]
    return [
        Sample(
            path=entry["path"],
            sha256=entry["sha256"],
            made_by=entry["made_by"],
            container=entry["container"],
            claimed_version=entry.get("claimed_version"),
            root_class=entry.get("root_class"),
            layers=entry.get("layers"),
            source=entry.get("source"),
        )
        for entry in entries
    ]

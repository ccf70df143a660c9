"""The Python files that belong to scanned models, read when a file first needs something of them.

Most models need no custom object, so most scans never read them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kerasscan.custom.needs import needs
from kerasscan.model.saved import Saved
from kerasscan.model.source import Source
from kerasscan.scanner.discover import NoSuchPath

if TYPE_CHECKING:
    from kerasscan.checks.check import Check


class Project:
    """Folders of Python files, and what they say once somebody asked."""

    def __init__(self, roots: Iterable[str | os.PathLike[str]], *, on_demand: bool = False) -> None:
        """Keep the folders.

        Args:
            roots: Folders and files.
            on_demand: Whether only models that need custom objects have them read.

        Raises:
            NoSuchPath: One of them does not exist.
        """
        self.on_demand = on_demand
        self.roots = tuple(Path(root) for root in roots)
        for root in self.roots:
            if not root.exists():
                raise NoSuchPath(f"{root}: no such file or folder")

    @cached_property
    def source(self) -> Source:
        """What the files say; the first call reads them."""
        from kerasscan.source import read_source

        return read_source(self.roots)

    def source_for(self, saved: Saved) -> Source | None:
        """What the files say, or None where nobody wants to know it for a file."""
        if not self.roots or (self.on_demand and not needs(saved)):
            return None
        return self.source


def asks_for_source(checks: Iterable[Check]) -> bool:
    """Whether one of the checks looks at the project's Python files."""
    return any(check.needs_source for check in checks)

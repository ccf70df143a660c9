"""What can go wrong while HDF5 bytes are read: exceptions that never leave the package.

`Flaw` and its kinds end the reading of one structure (an attribute, a link, an object);
whoever reads the structure around it catches it, files a problem and goes on. `Exhausted`
ends the reading of the file.
"""

from __future__ import annotations

from kerasscan.model.saved import ProblemKind


class Flaw(Exception):
    """One structure cannot be read.

    Attributes:
        kind: The kind of problem that it is.
        detail: What exactly, as in `Problem.detail`.
    """

    kind = ProblemKind.DAMAGED_HDF5

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Damaged(Flaw):
    """Bytes that break the format, or use a part of it that is not read here."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(f"{what}, at byte {offset}")


class Truncated(Flaw):
    """Fewer bytes than the superblock says (II.A, *End of File Address*)."""

    def __init__(self, said: int, found: int) -> None:
        super().__init__(f"truncated: the file says it has {said} bytes, {found} are there")


class Exceeded(Flaw):
    """A budget does not allow one structure; smaller ones may still be read."""

    kind = ProblemKind.LIMIT_EXCEEDED


class Exhausted(Exception):
    """A budget for the whole file is used up.

    Attributes:
        detail: Which one, as in `Problem.detail`.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

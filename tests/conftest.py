"""What every test may ask for."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--bless``; tests read it with ``request.config.getoption("--bless")``."""
    parser.addoption(
        "--bless",
        action="store_true",
        help="write expected texts anew from what kerasscan says now, for a person to read as a "
        "diff (texts beside samples, generated parts of README.md)",
    )

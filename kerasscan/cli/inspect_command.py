"""``kerasscan inspect``."""

from __future__ import annotations

from pathlib import Path

import typer

from kerasscan.cli.exits import CLEAN, INCOMPLETE, refuse
from kerasscan.contract.contract import contract_of
from kerasscan.reader.attribution import tensors_by_layer
from kerasscan.reader.reading import SAVEDMODEL_FILES, read
from kerasscan.report.inspection import inspection_json, inspection_text


def run_inspect(path: str, output_format: str) -> None:
    """Print what a file holds; exit with 3 when not all of it could be read."""
    place = Path(path)
    if not place.exists():
        refuse(f"{path}: no such file or folder")
    if place.name in SAVEDMODEL_FILES:
        place = place.parent
    saved = read(place)
    render = inspection_json if output_format == "json" else inspection_text
    typer.echo(render(saved, tensors_by_layer(saved), contract_of(saved)), nl=False)
    raise typer.Exit(CLEAN if saved.is_complete else INCOMPLETE)

"""Two tiny checks, a reader for tiny models, and cards that are right until a test spoils them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasscan.checks.check import Check, Options
from kerasscan.model.address import Address
from kerasscan.model.finding import Case, Observation
from kerasscan.model.saved import Artifact, Container, Document, Purpose, Saved


def _see_classes(case: Case, options: Options) -> Iterator[Observation]:
    for document in case.saved.documents:
        value: Any = document.value
        for index, layer in enumerate(value["layers"]):
            if layer["class"] in options["classes"]:
                address = Address("config.json", f"/layers/{index}", layer["name"])
                facts = {"layer": layer["name"], "class": layer["class"]}
                yield Observation(address, facts, evidence=layer["class"])


def _see_zip(case: Case, options: Options) -> Iterator[Observation]:
    if case.saved.artifact.container is Container.KERAS_ZIP:
        yield Observation(Address(), {"extension": case.saved.artifact.extension})


CLASS_CHECK = Check(
    name="toy-class",
    summary="Layers of some classes.",
    run=_see_classes,
    facts={"layer": "the layer's name", "class": "its class"},
    options_schema={
        "type": "object",
        "additionalProperties": False,
        "required": ["classes"],
        "properties": {
            "classes": {"type": "array", "items": {"type": "string"}},
            "where": {"$ref": "https://json-schema.org/draft/2020-12/schema"},
        },
    },
    open_facts="config.",
)

ZIP_CHECK = Check(
    name="toy-zip",
    summary="Zip files.",
    run=_see_zip,
    facts={"extension": "the file's extension"},
)

CHECKS = {check.name: check for check in (CLASS_CHECK, ZIP_CHECK)}


def read_toy(path: Path) -> Saved:
    """Read a JSON file, or the config.json of a zip file, as a toy model."""
    content = path.read_bytes()
    is_zip = content.startswith(b"PK")
    container = Container.KERAS_ZIP if is_zip else Container.JSON
    artifact = Artifact(str(path), container, len(content), extension=path.suffix)
    if is_zip or not content:
        return Saved(artifact)
    return Saved(artifact, documents=(Document("config.json", Purpose.MODEL, json.loads(content)),))


CARD = """
id = "AC101"
name = "toy-lambda"
summary = "A layer is a Lambda"
severity = "error"
confidence = "certain"
check = "toy-class"
message = "Layer '{layer}' is a {class}."
why = "A Lambda holds code, and code does not belong into a model."
remedy = '''
Replace the layer '{layer}'
by a registered one.

Before: `{"class": "Lambda"}`
'''
references = ["https://example.org/lambda"]

[options]
classes = ["Lambda"]

[[examples.flagged]]
title = "a Lambda between two others"
text = '{"layers": [{"class": "Dense", "name": "a"}, {"class": "Lambda", "name": "b"}]}'
layers = ["b"]

[[examples.clean]]
title = "no Lambda"
text = '{"layers": [{"class": "Dense", "name": "a"}]}'
"""
"""A card without a mistake."""


def put_card(folder: Path, *changes: tuple[str, str], name: str = "ac101-toy-lambda.toml") -> Path:
    """Write `CARD` with some text replaced into a folder and return the card's path."""
    text = CARD
    for old, new in changes:
        assert old in text, f"{old!r} is not on the card"
        text = text.replace(old, new)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path

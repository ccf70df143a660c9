"""Tags of an architecture YAML that make an unsafe loader build Python objects."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerasscan.checks.check import Check, Options
from kerasscan.model.address import Address
from kerasscan.model.finding import Case, Observation

_BUILDING = re.compile(r"python/(?:object|name|module)\b")
"""Tags of PyYAML that import or call something; ``python/tuple`` and the like do not
(PyYAML, lib/yaml/constructor.py)."""


def _yaml_tags(case: Case, options: Options) -> Iterator[Observation]:
    for found in case.saved.yaml_tags:
        if _BUILDING.search(found.tag):
            facts = {"tag": found.tag, "line": str(found.line)}
            yield Observation(Address(), facts, found.tag)


YAML_PYTHON_OBJECT = Check(
    name="yaml-python-object",
    summary="A YAML tag that imports a name or calls something when the file is loaded unsafely.",
    run=_yaml_tags,
    facts={"tag": "the tag", "line": "its line"},
)

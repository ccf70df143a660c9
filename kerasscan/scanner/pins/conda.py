"""``environment.yml`` of conda, with the part that pip installs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasscan.scanner.pins.names import about_keras
from kerasscan.scanner.pins.unreadable import UnreadablePins

_SPEC = re.compile(r"(?:[\w.-]+::)?(?P<name>[\w.-]+)\s*(?P<rest>.*)")


def conda_pins(_file: Path, text: str) -> list[str]:
    """Return what an environment says about Keras."""
    import yaml

    try:
        document: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1})" if mark else ""
        raise UnreadablePins(f"is no YAML{place}") from error
    except (RecursionError, ValueError) as error:  # nested too deeply; a date that is none
        raise UnreadablePins("is no YAML that can be read") from error
    wanted = document.get("dependencies") if isinstance(document, dict) else None
    return about_keras(_requirements(wanted))


def _requirements(wanted: Any) -> Iterator[str]:
    for each in wanted if isinstance(wanted, list) else ():
        if isinstance(each, str):
            yield _requirement(each)
        elif isinstance(each, dict) and isinstance(each.get("pip"), list):
            yield from (item for item in each["pip"] if isinstance(item, str))


def _requirement(spec: str) -> str:
    """Return a conda spec as a requirement: ``tensorflow=2.10`` is ``tensorflow==2.10.*``."""
    match = _SPEC.fullmatch(spec.strip())
    if match is None:
        return ""
    name, rest = match["name"], match["rest"].strip()
    if re.match(r"==?[^=]", rest):
        is_exact = rest.startswith("==")
        version = rest.lstrip("=").split("=")[0].strip()  # a build may follow
        is_fuzzy = not is_exact and "=" not in rest.lstrip("=") and not version.endswith("*")
        return f"{name}=={version}{'.*' if is_fuzzy else ''}"
    if rest[:1].isdigit():  # "tensorflow 2.10 py39_0"
        return f"{name}=={rest.split()[0]}"
    return f"{name}{rest.replace(' ', '')}"

"""``uv.lock`` and ``poetry.lock``: packages with their exact versions."""

from __future__ import annotations

from pathlib import Path

from kerasscan.scanner.pins.names import is_about_keras
from kerasscan.scanner.pins.unreadable import toml_table


def lock_pins(_file: Path, text: str) -> list[str]:
    """Return the versions of Keras and TensorFlow that a lock file holds."""
    packages = toml_table(text).get("package")
    return [
        f"{package['name']}=={package['version']}"
        for package in (packages if isinstance(packages, list) else ())
        if isinstance(package, dict)
        and isinstance(package.get("name"), str)
        and isinstance(package.get("version"), str)
        and is_about_keras(package["name"])
    ]

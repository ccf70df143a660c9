"""Reading the Python text of one release out of its wheel, sdist or unpacked folder.

Nothing is imported or run: a release is a mapping from dotted module name to source text.
"""

import hashlib
import re
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_PACKAGES = {
    "keras": ("keras",),
    "tf-keras": ("tf_keras",),
    "tensorflow": ("tensorflow",),
    "tensorflow-cpu": ("tensorflow",),
}
_NOT_SHIPPED_FOR_USE = {
    "_tf_keras",
    "api",
    "benchmarks",
    "estimator",
    "integration_test",
    "integration_tests",
    "keras_doctest",
    "testing",
    "testing_infra",
    "tests",
}
_TEST_FILE = re.compile(r"(^test_.*|.*_tests?|conftest|.*_benchmark|.*test_util(s|ities)?)\.py$")


@dataclass(frozen=True)
class Source:
    """The Python files of one release, keyed by dotted module name."""

    distribution: str
    version: str
    file_name: str
    sha256: str
    modules: dict[str, str]
    packages: frozenset[str]


def read_source(path: Path, distribution: str, version: str) -> Source:
    """Read a wheel, an sdist or a folder that one of them was unpacked into."""
    tops = _PACKAGES[distribution]
    modules: dict[str, str] = {}
    packages: set[str] = set()
    for name, data in _files(path):
        parts = _package_path(name, tops)
        if parts is None:
            continue
        dotted = ".".join(parts)
        if dotted.endswith(".__init__"):
            dotted = dotted.removesuffix(".__init__")
            packages.add(dotted)
        modules[dotted] = data.decode("utf-8", "replace")
    file_name, digest = _origin(path)
    return Source(distribution, version, file_name, digest, modules, frozenset(packages))


def _origin(path: Path) -> tuple[str, str]:
    """File name and sha256 of the archive; a folder carries them in a file called SOURCE."""
    if path.is_dir():
        digest, name = (path / "SOURCE").read_text("utf-8").split()
        return name, digest
    return path.name, hashlib.sha256(path.read_bytes()).hexdigest()


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in sorted(path.rglob("*.py")):
            yield file.relative_to(path).as_posix(), file.read_bytes()
    elif path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            for name in sorted(wheel.namelist()):
                if name.endswith(".py"):
                    yield name, wheel.read(name)
    else:
        with tarfile.open(path) as sdist:
            for member in sorted(sdist.getmembers(), key=lambda m: m.name):
                stream = sdist.extractfile(member) if member.name.endswith(".py") else None
                if stream is not None:
                    yield member.name.partition("/")[2], stream.read()


def _package_path(name: str, tops: tuple[str, ...]) -> list[str] | None:
    """Dotted parts of a file that belongs to the release's package, else None."""
    path = PurePosixPath(name)
    parts = list(path.parts)
    if parts and parts[0] == "tensorflow_core":
        parts[0] = "tensorflow"
    if not parts or parts[0] not in tops:
        return None
    if _NOT_SHIPPED_FOR_USE.intersection(parts[:-1]) or _TEST_FILE.match(path.name):
        return None
    return [*parts[:-1], path.stem]

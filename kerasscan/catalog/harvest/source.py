"""Reading the Python text of one release out of its wheel, sdist or unpacked folder.

Nothing is imported or run: a release is a mapping from dotted module name to source text.
"""

import hashlib
import re
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
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
_TEST_FILE = re.compile(
    r"(test_.*|.*_tests?|conftest|.*_benchmark|.*test(ing)?_util(s|ities)?|.*_test_base"
    r"|keras_parameterized|model_(collection_base|combinations)|.*_testing_.*|simple_models)\.py$"
)


_TENSORFLOW = re.compile(
    # What of TensorFlow the configs of tf.keras reach: Keras itself, and where it inherits from.
    r"tensorflow\.python\.(keras|feature_column|layers|ops\.(init_ops|rnn_cell)|training\.experimental)"
)
_OLDEST_STAMP = 1981
"""Builds that are reproducible to the byte stamp their files with the first day of 1980."""


@dataclass(frozen=True)
class Source:
    """The Python files of one release, keyed by dotted module name."""

    distribution: str
    version: str
    file_name: str
    sha256: str
    date: str | None
    modules: dict[str, str]
    packages: frozenset[str]


def read_source(path: Path, distribution: str, version: str) -> Source:
    """Read a wheel or an sdist.

    The date is that of the newest file in it, which is the day it was built.
    """
    modules: dict[str, str] = {}
    packages: set[str] = set()
    newest = ""
    for name, stamp, text in _files(path, _PACKAGES[distribution]):
        modules[name.removesuffix(".__init__")] = text
        newest = max(newest, stamp)
        if name.endswith(".__init__"):
            packages.add(name.removesuffix(".__init__"))
    return Source(
        distribution,
        version,
        path.name,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        newest if newest[:4] > str(_OLDEST_STAMP) else None,
        modules,
        frozenset(packages),
    )


def _files(path: Path, tops: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Dotted name, day of the last change and text of every file that matters."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            for entry in sorted(wheel.infolist(), key=lambda e: e.filename):
                name = _dotted(entry.filename, tops)
                if name is not None:
                    stamp = "{:04}-{:02}-{:02}".format(*entry.date_time[:3])
                    yield name, stamp, wheel.read(entry).decode("utf-8", "replace")
        return
    with tarfile.open(path) as sdist:
        for member in sorted(sdist.getmembers(), key=lambda m: m.name):
            name = _dotted(member.name.partition("/")[2], tops)
            stream = sdist.extractfile(member) if name is not None else None
            if name is not None and stream is not None:
                stamp = datetime.fromtimestamp(member.mtime, UTC).date().isoformat()
                yield name, stamp, stream.read().decode("utf-8", "replace")


def _dotted(name: str, tops: tuple[str, ...]) -> str | None:
    """Dotted name of a file that belongs to the release's package, else None."""
    path = PurePosixPath(name)
    parts = list(path.parts)
    if len(parts) > 2 and parts[0].endswith(".data"):  # project.data/purelib/package/...
        parts = parts[2:]
    if parts and parts[0] == "tensorflow_core":  # where TensorFlow 1.15 and 2.0 keep it
        parts[0] = "tensorflow"
    if path.suffix != ".py" or not parts or parts[0] not in tops:
        return None
    if _NOT_SHIPPED_FOR_USE.intersection(parts[:-1]) or _TEST_FILE.match(path.name):
        return None
    dotted = ".".join([*parts[:-1], path.stem])
    if parts[0] == "tensorflow" and not _TENSORFLOW.match(dotted):
        return None
    return dotted

"""Record whether real releases load the samples with their stubs: ``tests/recordings/stubs.json``.

``python -m tests.oracle.stubs [--dir DIR]`` writes the stub of every sample in ``registration``
that needs one, in both styles, and calls its ``load`` in Keras 3 and in tf.keras.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from kerasscan.catalog.releases import requested
from kerasscan.reader.reading import read
from kerasscan.stub.module import Style, Wanted, stub
from tests.oracle.environments import build
from tests.samples.manifest import load_samples

RECORDING = Path(__file__).resolve().parents[1] / "recordings" / "stubs.json"
WORKER = Path(__file__).with_name("stub_worker.py")
RELEASES = ("keras==3.15.1", "tensorflow==2.15")


@dataclass(frozen=True)
class Stub:
    """One stub: of which sample, in which style, and its text."""

    sample: str
    style: Style
    text: str

    @property
    def sha256(self) -> str:
        """First digits of the text's hash."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Recorded:
    """What a release did with a sample and its stub."""

    sample: str
    style: str
    sha256: str
    release: str
    result: str


def stubs(release: str) -> Iterator[Stub]:
    """Yield the stubs of all samples that need one and hold a model of their own."""
    (known,) = requested(release)
    for sample in load_samples():
        if sample.family != "registration" or not sample.path.endswith((".keras", ".h5")):
            continue
        saved = read(sample.file)
        for style in Style:
            text = stub(saved, Wanted(style, sample.file.name, known))
            if text is not None and "import tensorflow_addons" not in text:
                yield Stub(sample.path, style, text)


def record(release: str, directory: Path | None) -> list[Recorded]:
    """Load every sample with its stubs in a release."""
    environment, those = build(release, directory), list(stubs(release))
    files = {sample.path: str(sample.file) for sample in load_samples()}
    with tempfile.TemporaryDirectory() as name:
        place, tasks = Path(name), []
        for number, each in enumerate(those):
            (place / f"{number}.py").write_text(each.text, encoding="utf-8")
            tasks.append([str(place / f"{number}.py"), files[each.sample]])
        (place / "tasks.json").write_text(json.dumps(tasks), encoding="utf-8")
        words = [str(WORKER), str(place / "tasks.json"), str(place / "results.json")]
        variables = environment.process_variables()
        command = [str(environment.python), *words]
        subprocess.run(command, env=variables, cwd=place, check=True, capture_output=True)
        results = json.loads((place / "results.json").read_text(encoding="utf-8"))
    return [
        Recorded(each.sample, each.style.value, each.sha256, release, result)
        for each, result in zip(those, results, strict=True)
    ]


def recorded() -> list[Recorded]:
    """Return the recording."""
    return [Recorded(**line) for line in json.loads(RECORDING.read_text(encoding="utf-8"))]


def main(arguments: list[str] | None = None) -> int:
    """Record all releases anew."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.stubs", description=__doc__)
    parser.add_argument("--dir", type=Path, default=None, help="where environments are built")
    options = parser.parse_args(arguments)
    found = [each for release in RELEASES for each in record(release, options.dir)]
    body = ",\n".join(json.dumps(asdict(each)) for each in found)
    RECORDING.write_text(f"[\n{body}\n]\n", encoding="utf-8")
    print(sum(each.result.startswith("loaded") for each in found), "of", len(found), "loaded")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

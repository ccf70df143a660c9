"""What a scan costs beyond its file: ``python benchmarks/start_up.py``.

Prints, on this machine and in one run:

1. the time of ``kerasscan scan`` on one small file against that of a bare Python and of a Python
   that imports typer and h5py (runs interleaved, medians and their ratios);
2. the modules that a scan imports, and whether those are among them that it must not import;
3. files a second over a folder of 500 files;
4. time and peak memory for a ``.keras`` and an ``.h5`` file with 1 GB of weights.

Figures of different machines cannot be compared; ratios more or less can.
"""

from __future__ import annotations

import compileall
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kerasscan.rulebook.builtin import COMPILED, builtin_directory, compiled_rules

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples" / "clean"
KERAS = SAMPLES / "keras-3.15.1-functional.keras"
H5 = SAMPLES / "tf-2.10-functional.h5"
JSON = SAMPLES / "keras-3.15.1-functional.json"

ROUNDS = 15
FILES = 500
HEAVY = ("h5py", "numpy", "networkx", "jsonschema", "rich")
"""What costs more to import than a small file costs to scan."""

COMMAND = (sys.executable, "-m", "kerasscan")
SCAN = (*COMMAND, "scan", "--no-progress")

_BIG_H5 = """
import sys, h5py
place, like, where = sys.argv[1:]
with h5py.File(like) as source, h5py.File(place, "w") as target:
    for name in source.attrs:
        target.attrs[name] = source.attrs[name]
    for name in source:
        source.copy(name, target)
    layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    layout.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    layout.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    space = h5py.h5s.create_simple((16384, 16384))
    group = target.require_group(where)
    h5py.h5d.create(group.id, b"big", h5py.h5t.IEEE_F32LE, space, layout)
"""
"""Writes an HDF5 file with a dataset of 1 GB that takes no room on the disk."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took: by the clock, of the processors, and of memory."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def main() -> None:
    """Measure and print everything."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # stdout is a text file
    compileall.compile_dir(ROOT / "kerasscan", quiet=1)  # as an installation does
    if compiled_rules(COMPILED, builtin_directory()) is None:
        print("The cards are not compiled: start-up is slower than it is for users.\n")
    with tempfile.TemporaryDirectory(prefix="kerasscan-benchmark-") as folder:
        for part in (_start_up(), _imports(), _many(Path(folder)), _large(Path(folder))):
            for line in part:
                print(line, flush=True)
            print()


def measured(command: Sequence[str]) -> Run:
    """Run a command to its end; findings are no failure, everything else is."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    scale = 1024**2 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale)


def _start_up() -> Iterator[str]:
    commands = {
        "python -c pass": (sys.executable, "-c", "pass"),
        'python -c "import typer, h5py"': (sys.executable, "-c", "import typer, h5py"),
        "kerasscan scan one.json": (*SCAN, str(JSON)),
        "kerasscan scan one.keras": (*SCAN, str(KERAS)),
        "kerasscan scan one.h5": (*SCAN, str(H5)),
        "kerasscan inspect one.h5": (*COMMAND, "inspect", str(H5)),
        "kerasscan compat one.h5": (*COMMAND, "compat", str(H5)),
    }
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for each in range(ROUNDS + 1):
        for name, command in commands.items():
            run = measured(command)
            if each:  # the first round warms the disk cache
                runs[name].append(run)
    yield f"Start-up: medians of {ROUNDS} interleaved runs"
    yield f"  {'':<32} {'ms':>7} {'x pass':>7} {'x typer, h5py':>14}"
    by_clock = {name: [run.seconds for run in each] for name, each in runs.items()}
    yield from _compared(by_clock)
    yield "  The same in processor time, which other work on the machine disturbs less"
    yield from _compared({name: [run.cpu_seconds for run in each] for name, each in runs.items()})


def _compared(times: Mapping[str, Sequence[float]]) -> Iterator[str]:
    """Yield a line for each command: its median, and the ratios to the first two."""
    medians = {name: statistics.median(each) for name, each in times.items()}
    bare, typical = list(medians.values())[:2]
    for name, median in medians.items():
        yield f"  {name:<32} {median * 1000:7.1f} {median / bare:7.2f} {median / typical:14.2f}"


def _imports() -> Iterator[str]:
    for file in (JSON, KERAS, H5):
        own = imported([str(file)])
        tops = {name.partition(".")[0] for name in own}
        wrong = [name for name in HEAVY if name in tops]
        yield f"Imports of kerasscan scan {file.name}: {len(own)} modules"
        yield f"  of {', '.join(HEAVY)}: {', '.join(wrong) or 'none'}"
        slowest = sorted(own.items(), key=lambda item: -item[1])[:8]
        yield "  most time of their own: " + ", ".join(
            f"{name} {microseconds / 1000:.1f} ms" for name, microseconds in slowest
        )


def imported(arguments: Sequence[str]) -> dict[str, int]:
    """Return the modules that a scan imports, with the microseconds that each took by itself."""
    command = [sys.executable, "-X", "importtime", *SCAN[1:], *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    rows = (line.split("|") for line in done.stderr.splitlines() if line.count("|") == 2)
    return {
        name.strip(): int(own.removeprefix("import time:"))
        for own, _, name in rows
        if own.removeprefix("import time:").strip().isdigit()
    }


def _many(folder: Path) -> Iterator[str]:
    models = folder / "models"
    models.mkdir()
    kinds = sorted([*SAMPLES.glob("*.keras"), *SAMPLES.glob("*.h5")])
    for number in range(FILES):
        source = kinds[number % len(kinds)]
        shutil.copyfile(source, models / f"{number:03}-{source.name}")
    yield f"A folder of {FILES} files ({len(kinds)} different small samples)"
    for words in ("--jobs 1", "--jobs 0", "--jobs 0 --output-format sarif"):
        run = measured([*SCAN, *words.split(), str(models)])
        rate = FILES / run.seconds
        yield (
            f"  {words:<32} {run.seconds:6.2f} s  {rate:6.0f} files/s  {run.peak_mb:6.0f} MB"
            f"  {run.cpu_seconds:6.2f} s of the processors"
        )
    shutil.rmtree(models)


def _large(folder: Path) -> Iterator[str]:
    small = measured([*SCAN, str(KERAS)])
    yield f"1 GB of weights (one small .keras: {small.peak_mb:.0f} MB)"
    for name, path in (("one.keras", _big_keras(folder)), ("one.h5", _big_h5(folder))):
        for words in ("text", "sarif"):
            run = measured([*SCAN, "--output-format", words, str(path)])
            yield f"  {name + ', ' + words:<32} {run.seconds:6.2f} s  {run.peak_mb:23.0f} MB"
        path.unlink()


def _big_h5(folder: Path, like: Path = H5, where: str = "model_weights") -> Path:
    path = folder / "big.h5"
    write = [sys.executable, "-c", _BIG_H5, str(path), str(like), where]
    subprocess.run(write, check=True)
    return path


def _big_keras(folder: Path) -> Path:
    """Copy a small ``.keras`` with 1 GB more in its weights, stored as Keras stores them."""
    path, small = folder / "big.keras", folder / "small.h5"
    with zipfile.ZipFile(KERAS) as source, Sparse(path) as file:
        small.write_bytes(source.read("model.weights.h5"))
        weights = _big_h5(folder, small, "layers")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as target:
            for name in source.namelist():
                if name != "model.weights.h5":
                    target.writestr(name, source.read(name))
            with weights.open("rb") as big, target.open("model.weights.h5", "w") as member:
                shutil.copyfileobj(big, member, 1024**2)
    weights.unlink()
    small.unlink()
    return path


class Sparse(io.FileIO):
    """A file in which zeros take no room on the disk."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "w+")

    def write(self, data: object) -> int:
        """Write, or skip over zeros."""
        block = bytes(data)  # type: ignore[call-overload]  # any buffer
        if len(block) < 4096 or block.strip(b"\0"):
            return super().write(block)
        self.seek(len(block), io.SEEK_CUR)
        return len(block)


if __name__ == "__main__":
    main()

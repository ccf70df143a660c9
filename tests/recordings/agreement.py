"""Holds the replay of `load_model` against what real releases did with the zoo.

`python -m tests.recordings.agreement` prints the table.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from kerasscan.catalog.releases import requested
from kerasscan.loading.given import Given
from kerasscan.loading.prediction import predict
from kerasscan.model.outcome import Outcome
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.reader.reading import read
from tests.oracle.environments import TENSORFLOW
from tests.oracle.zoo import packing, recordings
from tests.oracle.zoo.recordings import Record, release_order

PROCESSES = 2


@dataclass
class Tally:
    """How often something was so, of how many."""

    right: int = 0
    all: int = 0

    def count(self, is_right: bool) -> None:
        self.right += is_right
        self.all += 1

    def add(self, other: Tally) -> None:
        self.right += other.right
        self.all += other.all

    @property
    def share(self) -> float:
        """1.0 where nothing was asked."""
        return self.right / self.all if self.all else 1.0


@dataclass
class Agreement:
    """What was compared.

    Attributes:
        verdicts: Loads or fails, by loader and saver; undecided counts as wrong.
        undecided: Of all pairs, those without a verdict.
        named: Of the failures that were predicted, those in whose real message an object,
            argument or layer of the reasons stands.
        without_compile: The verdict for `compile=False`, where it was recorded.
        unsafe: The verdict for `safe_mode=False`, where it was recorded.
        explained: Of the pairs without a verdict, those that failed and whose real message names
            what a doubt names.
        wrong: The pairs with another verdict, for people.
    """

    verdicts: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    undecided: Tally = field(default_factory=Tally)
    named: Tally = field(default_factory=Tally)
    without_compile: Tally = field(default_factory=Tally)
    unsafe: Tally = field(default_factory=Tally)
    explained: Tally = field(default_factory=Tally)
    wrong: list[str] = field(default_factory=list)

    def compare(self, record: Record, outcome: Outcome) -> None:
        loaded = record.result == "loaded"
        self.verdicts[record.loader, record.saver].count(outcome.loads is loaded)
        self.undecided.count(outcome.loads is None)
        if outcome.loads is None:
            text = f"{record.message or ''} {record.cause or ''}"
            subjects = [doubt.partition(" ")[0] for doubt in outcome.doubts]
            self.explained.count(not loaded and any(subject in text for subject in subjects))
        if outcome.loads is not loaded:
            self.wrong.append(f"{record.loader} {record.path}: {record.result}")
        if record.result == "failed" and outcome.loads is False:
            self.named.count(names_it(record, outcome))
        if record.without_compile is not None:
            is_loaded = record.without_compile == "loaded"
            self.without_compile.count(outcome.loads_without_compile is is_loaded)
        if record.without_safe_mode is not None:
            is_loaded = record.without_safe_mode == "loaded"
            self.unsafe.count(outcome.loads_unsafe is is_loaded)

    def add(self, other: Agreement) -> None:
        for key, tally in other.verdicts.items():
            self.verdicts[key].add(tally)
        for name in ("undecided", "named", "without_compile", "unsafe", "explained"):
            getattr(self, name).add(getattr(other, name))
        self.wrong += other.wrong

    def overall(self) -> Tally:
        return _sum(self.verdicts.values())

    def decided(self) -> Tally:
        """The verdicts where there is one."""
        whole = self.overall()
        return Tally(whole.right, whole.all - self.undecided.right)

    def by_loader(self) -> dict[str, Tally]:
        return self._by(0)

    def by_saver(self) -> dict[str, Tally]:
        return self._by(1)

    def _by(self, place: int) -> dict[str, Tally]:
        names = sorted({key[place] for key in self.verdicts}, key=release_order)
        return {
            name: _sum(tally for key, tally in self.verdicts.items() if key[place] == name)
            for name in names
        }

    def table(self) -> str:
        """Return agreement in per cent, a line for each loader, a column for each saver."""
        savers = list(self.by_saver())
        heads = "".join(f"{short(saver):>10}" for saver in savers)
        lines = [" " * 18 + heads + f"{'all':>8}"]
        for loader, whole in self.by_loader().items():
            cells = (self.verdicts[loader, saver].share for saver in savers)
            row = "".join(f"{100 * share:10.1f}" for share in cells)
            lines.append(f"{loader:18}{row}{100 * whole.share:8.2f}")
        totals = "".join(f"{100 * tally.share:10.1f}" for tally in self.by_saver().values())
        lines.append(f"{'all':18}{totals}{100 * self.overall().share:8.2f}")
        for name in ("undecided", "named", "without_compile", "unsafe"):
            tally = getattr(self, name)
            lines.append(f"{name}: {tally.right} of {tally.all}")
        return "\n".join(lines)


def short(release: str) -> str:
    return release.replace("tensorflow==", "tf ").replace("tf-keras==", "tfk ").replace("==", " ")


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total


def names_it(record: Record, outcome: Outcome) -> bool:
    """Whether the real message speaks of an object, argument or layer of the reasons.

    Where the message names nothing of the file, it must be the one that was predicted.
    """
    text = f"{record.message or ''} {record.cause or ''}"
    for reason in outcome.reasons:
        arguments = reason.argument.split(", ")
        layer = reason.address.layer.rpartition("/")[2]
        words = [reason.subject, *arguments, *([layer] if len(layer) > 2 else [])]
        if any(word and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in words):
            return True
        if reason.message[:30] in text:
            return True
    return False


def replay(folder: Path, records: Sequence[Record], backend: str = TENSORFLOW) -> Agreement:
    """Replay every recorded load of files in a folder; each file is read once."""
    by_file: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_file[record.path].append(record)
    found = Agreement()
    for path, those in by_file.items():
        saved = read(folder / path, DEFAULT_LIMITS)
        for record in those:
            release = requested(record.loader)[0]
            major, minor = record.python.split(".")
            given = Given(python=(int(major), int(minor)), backend=backend)
            found.compare(record, predict(saved, release, given))
    return found


def replay_all(folder: Path, records: Iterable[Record], backend: str = TENSORFLOW) -> Agreement:
    """Replay all records of a backend on all processors."""
    by_saver: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_saver[record.saver].append(record)
    parts = [*_shares(by_saver.values())]
    whole = Agreement()
    with ProcessPoolExecutor(PROCESSES) as pool:
        for part in pool.map(replay, [folder] * len(parts), parts, [backend] * len(parts)):
            part.verdicts = defaultdict(Tally, part.verdicts)
            whole.add(part)
    return whole


def _shares(groups: Iterable[list[Record]]) -> Iterator[list[Record]]:
    """Yield the records of each saver, the largest first, so that processes end together."""
    yield from sorted(groups, key=len, reverse=True)


def most_wrong(agreement: Agreement) -> Counter[str]:
    """Count the wrong verdicts by model, for people."""
    return Counter(line.split("/", 1)[1].partition(":")[0] for line in agreement.wrong)


def main() -> int:
    """Print the table and what is wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        packing.extract(folder)
        agreement = replay_all(folder, recordings.read())
    sys.stdout.write(agreement.table() + "\n" + "\n".join(sorted(agreement.wrong)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Holds kerasscan against the second zoo: what it calls custom, and what it says of loads.

`python -m tests.oracle.customs.agreement` prints what disagrees.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kerasscan.catalog.releases import requested
from kerasscan.checks.custom import CUSTOM_FUNCTION, CUSTOM_OBJECT
from kerasscan.loading.given import Given
from kerasscan.loading.prediction import predict
from kerasscan.model.finding import Case
from kerasscan.model.objects import Role
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.reader.reading import read
from tests.oracle.customs import recordings
from tests.oracle.customs.models import BY_OWN_CODE, shown
from tests.oracle.customs.recordings import CustomRecord
from tests.oracle.environments import TENSORFLOW
from tests.oracle.zoo import packing
from tests.oracle.zoo import recordings as zoo
from tests.recordings.agreement import PROCESSES, Agreement, Tally

Seen = tuple[str, str, str]
"""Role, name and layer path of a custom object."""
_ByKind = dict[str, Agreement]
ROLES = [str(role) for role in Role]
PASSED_BARE_TO_REGISTERED = "passed-to-registered"
"""Bare names that are passed to a file of registered objects: mostly they do not help."""
OWN_CODE = "own-code"
"""Loads that the code of a custom class decides: see `models.py`."""
KINDS = (
    recordings.NOTHING,
    recordings.PASSED,
    PASSED_BARE_TO_REGISTERED,
    recordings.PASSED_AS_REGISTERED,
    recordings.REGISTERED,
    recordings.MODULE,
)


@dataclass(frozen=True)
class SavedFile:
    """What a saver noted about a file.

    Attributes:
        saver: The release.
        way: How its objects were registered, or not.
        model: Its name in `models.py`.
        ending: Of the file; none is a directory.
        truth: What is custom in it: role, name as registered, bare name, layer path.
        uses: Bare names of all that a loader needs.
    """

    saver: str
    way: str
    model: str
    ending: str
    truth: tuple[tuple[str, str, str, str], ...]
    uses: tuple[str, ...]

    @property
    def path(self) -> str:
        """Its name in the packed files."""
        return f"{self.saver}/{self.way}.{self.model}{self.ending}"

    def given(self, record: CustomRecord) -> Given:
        """Return what the load of a record was given."""
        major, minor = record.python.split(".")
        names: tuple[str, ...] = ()
        registered: tuple[str, ...] = ()
        if record.given == recordings.PASSED:
            names = self.uses
        elif record.given == recordings.PASSED_AS_REGISTERED:
            names = tuple(shown(name, self.way) for name in self.uses)
        elif record.given == recordings.REGISTERED:
            registered = tuple(shown(name, self.way) for name in self.uses)
        own = self.uses if record.given == recordings.MODULE else ()
        importable = frozenset(f"zoo_parts.{name}" for name in own)
        return Given(
            (int(major), int(minor)),
            TENSORFLOW,
            custom_objects=frozenset(names),
            registered=frozenset(registered),
            importable=importable,
        )


def kind_of(file: SavedFile, record: CustomRecord) -> str:
    """Return which of `KINDS` a recorded load is, or `OWN_CODE`."""
    if record.given != recordings.NOTHING and file.model in BY_OWN_CODE:
        return OWN_CODE
    if record.given == recordings.PASSED and file.way.startswith("registered"):
        return PASSED_BARE_TO_REGISTERED
    return record.given


def saved_files(folder: Path) -> Iterator[SavedFile]:
    """Yield every file of every saver."""
    for index in sorted(folder.glob("*/" + packing.INDEX)):
        for event in map(json.loads, index.read_text(encoding="utf-8").splitlines()):
            if "sha256" in event:
                way, _, model = event["model"].partition(".")
                truth = tuple((role, name, bare, at) for role, name, bare, at in event["customs"])
                uses = tuple(event["uses"])
                yield SavedFile(index.parent.name, way, model, event["ending"], truth, uses)


def seen_in(path: Path) -> tuple[set[Seen], str]:
    """Return what kerasscan calls custom in a file, and all the text that the file has."""
    saved = read(path, DEFAULT_LIMITS)
    assert [str(problem.kind) for problem in saved.problems] == []
    found = {
        (each.facts["role"].replace(" ", "-"), each.facts["registered_name"], each.address.layer)
        for check in (CUSTOM_OBJECT, CUSTOM_FUNCTION)
        for revived in (False, True)
        for each in check.run(Case(saved), {"roles": ROLES, "revived": revived})
    }
    return found, json.dumps([document.value for document in saved.documents])


def truth_of(file: SavedFile, text: str) -> set[Seen]:
    """Return what is custom in a file, by the names that it has.

    Some releases write a registered function, and HDF5 a registered model at its root, by the bare
    name; a file without the registered name cannot be asked for it. An operation of the author's
    stands in the list of layers, and nothing in the file tells it from a layer.
    """
    return {
        ("layer" if role == "operation" else role, name if f'"{name}"' in text else bare, at)
        for role, name, bare, at in file.truth
    }


def replay(folder: Path, pairs: Sequence[tuple[SavedFile, list[CustomRecord]]]) -> _ByKind:
    """Replay the recorded loads of some files; each file is read once."""
    found: _ByKind = {kind: Agreement() for kind in (*KINDS, OWN_CODE)}
    for file, records in pairs:
        saved = read(folder / file.path, DEFAULT_LIMITS)
        for record in records:
            outcome = predict(saved, requested(record.loader)[0], file.given(record))
            agreement = found[kind_of(file, record)]
            agreement.compare(record, outcome)
            if outcome.loads is not (record.result == "loaded"):
                said = outcome.first.message if outcome.first else "loads"
                agreement.wrong[-1] += f" {record.cause or record.message or ''} | {said}"
    return found


def replay_all(folder: Path) -> _ByKind:
    """Replay all records, by kind."""
    records: dict[str, list[CustomRecord]] = defaultdict(list)
    for record in recordings.read():
        records[record.path].append(record)
    by_saver: dict[str, list[tuple[SavedFile, list[CustomRecord]]]] = defaultdict(list)
    for file in saved_files(folder):
        by_saver[file.saver].append((file, records[file.path]))
    whole: _ByKind = {kind: Agreement() for kind in (*KINDS, OWN_CODE)}
    with ProcessPoolExecutor(PROCESSES) as pool:
        for part in pool.map(replay, [folder] * len(by_saver), by_saver.values()):
            for kind, agreement in part.items():
                agreement.verdicts = defaultdict(Tally, agreement.verdicts)
                whole[kind].add(agreement)
    return whole


def table(found: _ByKind) -> str:
    """Return agreement in per cent, a line for each loader, a column for each kind."""
    loaders = zoo.loaders(recordings.FOLDER)
    lines = [" " * 18 + "".join(f"{kind:>25}" for kind in found)]
    for loader in loaders:
        cells = [agreement.by_loader().get(loader, Tally()) for agreement in found.values()]
        row = "".join(f"{100 * cell.share:15.1f} of {cell.all:<6}" for cell in cells)
        lines.append(f"{loader:18}{row}")
    for name in ("overall", "undecided", "named", "without_compile", "unsafe"):
        tallies = [getattr(agreement, name) for agreement in found.values()]
        those = [tally() if callable(tally) else tally for tally in tallies]
        cells_of = "".join(f"{f'{each.right} of {each.all}':>25}" for each in those)
        lines.append(f"{name:18}{cells_of}")
    return "\n".join(lines)


def disagreements(folder: Path) -> list[str]:
    """Return, of each file in which other objects are called custom, what is missing and extra."""
    lines = []
    for file in saved_files(folder):
        seen, text = seen_in(folder / file.path)
        truth = truth_of(file, text)
        if seen != truth:
            lines.append(f"{file.path} lacks {sorted(truth - seen)} has {sorted(seen - truth)}")
    return lines


def main() -> int:
    """Print the table, what is wrong in it, and what is wrongly called custom or not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        packing.extract(folder, recordings.FOLDER)
        found = replay_all(folder)
        sys.stdout.write(table(found) + "\n")
        for kind, agreement in found.items():
            sys.stdout.writelines(f"{kind} {line}\n" for line in sorted(agreement.wrong))
        custom = disagreements(folder)
        sys.stdout.writelines(line + "\n" for line in custom)
        counts = Counter(line.partition("/")[2].partition(" ")[0] for line in custom)
        sys.stdout.write(f"{len(custom)} files, {len(counts)} names\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

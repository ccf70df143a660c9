"""`python -m kerasscan.catalog.harvest`: releases -> snapshots -> the catalog's data.

    --release keras==3.15.1   harvest a release into --out (repeat for more)
    --publish                 fold the snapshots of --out into the package's data, beside the
                              releases that are in it already

Snapshots are kept outside the repository: they are large, and `releases.json` has their digests.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kerasscan.catalog.harvest.census import Census
from kerasscan.catalog.harvest.download import download
from kerasscan.catalog.harvest.library import Library
from kerasscan.catalog.harvest.publish import publish
from kerasscan.catalog.harvest.snapshot import Snapshot
from kerasscan.catalog.harvest.source import read_source


def main(arguments: Sequence[str] | None = None) -> int:
    """Harvest, publish, or both."""
    parser = argparse.ArgumentParser(prog="python -m kerasscan.catalog.harvest")
    parser.add_argument("--release", action="append", default=[], metavar="NAME==VERSION")
    parser.add_argument("--out", type=Path, default=Path("snapshots"), metavar="DIR")
    parser.add_argument("--publish", action="store_true")
    options = parser.parse_args(arguments)
    for release in options.release:
        distribution, _, version = release.partition("==")
        with tempfile.TemporaryDirectory() as folder:
            archive = download(distribution, version, Path(folder))
            path = harvest(archive, distribution, version, options.out)
        sys.stdout.write(f"{release}: {path}\n")
    if options.publish:
        publish(options.out, Path(__file__).parents[1])
    return 0


def harvest(archive: Path, distribution: str, version: str, out: Path) -> Path:
    """Write the snapshot of one wheel or sdist and return its path."""
    source = read_source(archive, distribution, version)
    library = Library(source, tf2=not (distribution.startswith("tensorflow") and version < "2"))
    snapshot = Snapshot(library)
    written = {
        "distribution": distribution,
        "version": version,
        "file": source.file_name,
        "sha256": source.sha256,
        "date": source.date,
        "root": snapshot.root,
        "facts": snapshot.take(),
        "names": Census(library).take(),
    }
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{distribution}-{version}.json"
    path.write_text(json.dumps(written, indent=1, sort_keys=True) + "\n", "utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())

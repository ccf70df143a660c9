"""Reads one file as a scan does, with little time and memory, and writes what it found as JSON.

The operating system ends the process where it takes more: 10 seconds of processor time or
512 MiB of memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from kerasscan.reader.reading import read

SECONDS = 10
MEMORY = 512 * 1024 * 1024


def main(path: Path) -> None:
    """Read a model file."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    saved = read(path)
    found = {
        "container": saved.artifact.container,
        "problems": [[p.kind, p.address.member, p.detail] for p in saved.problems],
        "complete": saved.is_complete,
        "objects": [found.class_name for found in saved.objects],
        "tensors": {t.path: [t.nbytes, t.stored_bytes] for t in saved.tensors},
        "seconds": time.process_time(),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

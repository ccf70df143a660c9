"""Archives as CPython's ``zipfile`` reads them, which is the judge of what Keras sees."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from random import Random

import pytest

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.limits import DEFAULT_LIMITS, MIB
from kerasscan.reader.zip.archive import Archive, read_archive
from kerasscan.reader.zip.entry import Entry
from kerasscan.reader.zip.unpack import unpack
from tests.samples.manifest import SAMPLES

from .zip_maker import by_chance

SEED = 20_261_125
REFUSED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    IndexError,  # of its own message on an encrypted member without a name
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)
ZIPS = [path for path in sorted(SAMPLES.rglob("*")) if path.is_file() and zipfile.is_zipfile(path)]


def ours(stream: io.BytesIO, entry: Entry) -> bytes | None:
    """Return a member's data, or None where it is refused."""
    if entry.refusal or not entry.is_readable:
        return None
    data = bytearray()
    found = unpack(stream, entry, 64 * MIB, data.extend)
    return None if found.flaw else bytes(data[: entry.size])


def theirs(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    try:
        return archive.read(info)
    except REFUSED:
        return None


def is_damaged(found: Archive) -> bool:
    kinds = {oddity.kind for oddity in found.oddities}
    return not found.has_end or ProblemKind.DAMAGED_ZIP in kinds


def compare(data: bytes) -> bool:
    """Compare both readings of an archive; True where CPython reads it."""
    stream = io.BytesIO(data)
    found = read_archive(stream, DEFAULT_LIMITS)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except REFUSED:  # the newest releases refuse a zip64 locator that leads elsewhere
        assert is_damaged(found) or any("zip64" in each.clause for each in found.oddities)
        return False
    infos = archive.infolist()
    assert [each.name for each in found.entries] == [
        info.orig_filename.partition("\0")[0] for info in infos
    ]
    for entry, info in zip(found.entries, infos, strict=True):
        assert (entry.size, entry.packed) == (info.file_size, info.compress_size)
        assert (entry.crc, entry.method) == (info.CRC, info.compress_type)
        assert entry.offset == info.header_offset
        expected = theirs(archive, info)
        if expected is None and entry.overlaps:
            continue  # refused since the correction of CVE-2024-0450
        assert ours(stream, entry) == expected
    last = {entry.name: entry.offset for entry in found.entries}
    assert {name: entry.offset for name, entry in found.last.items()} == last
    return True


@pytest.mark.parametrize("path", ZIPS, ids=lambda path: path.relative_to(SAMPLES).as_posix())
def test_every_sample_is_read_as_cpython_reads_it(path: Path) -> None:
    assert compare(path.read_bytes())


def test_archives_made_by_chance_are_read_as_cpython_reads_them() -> None:
    random = Random(SEED)  # noqa: S311  # the same archives every time
    read = sum(compare(by_chance(random)) for _ in range(600))
    assert read > 400


def test_archives_with_a_few_wrong_bytes_are_read_as_cpython_reads_them() -> None:
    random = Random(SEED + 1)  # noqa: S311  # the same archives every time
    read = 0
    for _ in range(600):
        data = bytearray(by_chance(random))
        for _ in range(random.choice((1, 2, 5))):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        read += compare(bytes(data))
    assert 100 < read < 600

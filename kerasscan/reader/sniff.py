"""What a file is, told by its first and last bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kerasscan.model.saved import Container
from kerasscan.reader.zip.end_record import find_end

HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
"""HDF5 File Format Specification 3.0, section II.A; at byte 0, 512, 1024, 2048, ..."""

_LFS = (b"version https://git-lfs.github.com/spec/v1", b"version https://hawser.github.com/spec/v1")
_TABLE_MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")
"""Footer of a TensorBundle index (tensorflow/tsl/lib/io/format.h)."""

_TEXT_START = re.compile(rb"^(?:\xef\xbb\xbf)?[\s\x00]*")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
"""Byte order marks of UTF-16 and UTF-32."""
_PICKLE = re.compile(rb"\x80[\x01-\x05]")


@dataclass(frozen=True)
class Sniffed:
    """The kind of a file.

    Attributes:
        format: ``zip``, ``hdf5``, ``json``, ``yaml`` or ``other``.
        container: What it is, where the first look decides; else None.
        detail: For what is no model, a clause that says more.
        other_format: ``zip`` or ``hdf5`` where the file can be read as that too.
    """

    format: str
    container: Container | None = None
    detail: str = ""
    other_format: str = ""


def hdf5_offset(stream: BinaryIO, size: int) -> int | None:
    """Return the offset of the HDF5 superblock (after a user block), or None."""
    offset = 0
    while offset + len(HDF5_SIGNATURE) <= size:
        stream.seek(offset)
        if stream.read(len(HDF5_SIGNATURE)) == HDF5_SIGNATURE:
            return offset
        offset = offset * 2 or 512
    return None


def _lfs_detail(head: bytes) -> str:
    text = head.decode("utf-8", "replace")
    digest = re.search(r"oid sha256:([0-9a-f]{64})", text)
    size = re.search(r"^size (\d+)", text, re.MULTILINE)
    name = f", sha256 {digest.group(1)[:12]}…," if digest else ""
    count = f" of {int(size.group(1)):,} bytes" if size else ""
    return f"it stands for an object{count}{name} that was not downloaded"


def sniff(stream: BinaryIO, size: int) -> Sniffed:
    """Tell what a file is from its content.

    Args:
        stream: The file, seekable.
        size: Its length in bytes.
    """
    if size == 0:
        return Sniffed("other", Container.EMPTY)
    stream.seek(0)
    head = stream.read(4096)
    hdf5_at, is_zip = hdf5_offset(stream, size), find_end(stream)[1] >= 0
    if hdf5_at == 0 or (hdf5_at is not None and not is_zip):
        return Sniffed("hdf5", other_format="zip" if is_zip else "")
    if is_zip:
        return Sniffed("zip", other_format="" if hdf5_at is None else "hdf5")
    if head.startswith(_LFS) and size < 4096:
        return Sniffed("other", Container.LFS_POINTER, _lfs_detail(head))
    if head.startswith(b"PK\x03\x04"):
        detail = "its central directory is missing, so the end of the file is lost"
        return Sniffed("zip", Container.TRUNCATED_ZIP, detail)
    if HDF5_SIGNATURE.startswith(head) and size < len(HDF5_SIGNATURE):
        return Sniffed("hdf5", Container.TRUNCATED_HDF5, "only its first bytes are there")
    return _sniff_rest(stream, size, head)


def _sniff_rest(stream: BinaryIO, size: int, head: bytes) -> Sniffed:
    stream.seek(max(0, size - 8))
    if stream.read(8) == _TABLE_MAGIC:
        return Sniffed("other", Container.TF_CHECKPOINT, "the index of a checkpoint's tensors")
    stream.seek(max(0, size - 1))
    if _PICKLE.match(head) and stream.read(1) == b".":
        return Sniffed("other", Container.PICKLE)
    text = head[_TEXT_START.match(head).end() :]  # type: ignore[union-attr]  # matches always
    if re.match(rb"<(?:!doctype\s+html|html|head|body)\b", text, re.IGNORECASE):
        return Sniffed("other", Container.HTML, _title(head))
    if text.startswith(b"model_checkpoint_path:"):
        return Sniffed("other", Container.TF_CHECKPOINT, "the list of a folder's checkpoints")
    if text[:1] in (b"{", b"[", b'"') or head.startswith(_WIDE_MARKS):
        return Sniffed("json")
    if re.search(rb"^\s*(?:- )?class_name\s*:", head, re.MULTILINE):
        return Sniffed("yaml")
    return Sniffed("other", Container.UNKNOWN, _first_bytes(head))


def _title(head: bytes) -> str:
    found = re.search(rb"<title[^>]*>\s*(.*?)\s*</title", head, re.IGNORECASE | re.DOTALL)
    title = found.group(1).decode("utf-8", "replace")[:80] if found else ""
    return f"its title is {title!r}" if title else ""


def _first_bytes(head: bytes) -> str:
    if head.strip(b"\x00") == b"":
        return "it begins with zeros only"
    shown = head[:8].hex(" ")
    return f"it begins with the bytes {shown}"


def _shard_names(names: set[str]) -> set[str]:
    """Return what the data files of checkpoints are called: ``<name>.data-00000-of-00001``."""
    return {name.partition(".data-")[0] for name in names if ".data-" in name}


def sniff_directory(path: Path) -> Container:
    """Tell what a directory is from the names in it."""
    names = {entry.name for entry in path.iterdir()}
    if "saved_model.pb" in names or "keras_metadata.pb" in names:
        return Container.SAVEDMODEL
    if "config.json" in names and any(name.startswith("model.weights.") for name in names):
        return Container.KERAS_DIR
    if "config.json" in names and "metadata.json" in names:
        return Container.KERAS_DIR
    has_index = any(f"{name}.index" in names for name in _shard_names(names))
    if has_index or (path / "checkpoint").is_file():
        return Container.TF_CHECKPOINT
    return Container.UNKNOWN

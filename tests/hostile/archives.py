"""Tricks with the archive itself: what one reader sees and another does not."""

from __future__ import annotations

import io
import json
import pickletools
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.hostile import containers as c
from tests.hostile.configs import PYTHON, lambda_2, lambda_layer, plain
from tests.hostile.layers import PICKLE
from tests.hostile.rawzip import Raw, raw_zip, repeated, stored
from tests.hostile.trick import ANY, KERAS_3, Trick

MEMBERS: Final = ("GHSA-hqp4-2352-xf5r",)
CLEAN: Final = c.encoded(plain())
HOSTILE: Final = c.encoded(plain(lambda_layer()))
MEBIBYTE: Final = 1024**2


def tricks() -> list[Trick]:
    """Return the tricks with archives."""
    built: list[tuple[str, str, Callable[[], bytes], tuple[str, ...]]] = [
        *_duplicates(),
        *_headers(),
        *_around(),
        *_members(),
        *_bombs(),
    ]
    made = [
        Trick(f"{name}.keras", says, advisories, partial(_write, content), KERAS_3)
        for name, says, content, advisories in built
    ]
    return [*made, *_json(), *_weights(), *_mismatched(), *_directories()]


def _write(content: Callable[[], bytes], folder: Path, name: str = "model.keras") -> Path:
    return c.written(folder / name, content())


def _usual(config: bytes = CLEAN, *more: c.Member) -> bytes:
    return c.archive(c.members(config, c.dense_weights, *more))


Built = list[tuple[str, str, Callable[[], bytes], tuple[str, ...]]]


def _duplicates() -> Built:
    """A second config, by the same name or one that looks the same to some."""
    later: list[c.Member] = [(c.CONFIG, HOSTILE)]
    names = {"case": "Config.JSON", "dot": "./config.json", "folder": "sub/config.json"}
    made: Built = [
        ("zip-duplicate-last", "a second config, hostile", lambda: _doubled(CLEAN, later), ()),
        (
            "zip-duplicate-first",
            "a second config, harmless, after a hostile one",
            lambda: _doubled(HOSTILE, [(c.CONFIG, CLEAN)]),
            (),
        ),
    ]
    for word, name in names.items():
        content = partial(_usual, CLEAN, (name, HOSTILE))
        made.append((f"zip-alias-{word}", f"a hostile config called {name}", content, ()))
    return made


def _doubled(config: bytes, more: list[c.Member]) -> bytes:
    """Write a member twice; `zipfile` warns of it, so it is written by hand."""
    return raw_zip(_raw([*c.members(config), *more]))


def _raw(members: list[c.Member]) -> list[Raw]:
    return [stored(str(name), content) for name, content in members]


def _headers() -> Built:
    """Local and central headers that disagree, and names that readers cut short."""
    unicode_path = _unicode_path("xonfig.json", "config.json")
    hidden = Raw(b"xonfig.json", HOSTILE, zlib.crc32(HOSTILE), len(HOSTILE), extra=unicode_path)
    cut = stored("config.json\0.txt", HOSTILE)
    usual = _raw(c.members(CLEAN))
    return [
        (
            "zip-local-name",
            "local name unlike the central one",
            lambda: _local_name("lonfig.json"),
            (),
        ),
        (
            "zip-unicode-path",
            "an extra field that renames a member",
            lambda: raw_zip([*usual, hidden]),
            (),
        ),
        ("zip-nul", "a name with NUL in it", lambda: raw_zip([*usual, cut]), ()),
        ("zip-encrypted", "a config that says it is encrypted", lambda: _flagged(1), ()),
        ("zip-crc", "a config with a wrong checksum", lambda: _edited(crc=1), ()),
        ("zip-method", "a config with an unknown method", lambda: _edited(method=99), ()),
        ("zip-bzip2", "a config packed with bzip2", lambda: _packed(zipfile.ZIP_BZIP2), ()),
        ("zip-lzma", "a config packed with LZMA", lambda: _packed(zipfile.ZIP_LZMA), ()),
        ("zip-overlap", "two entries for one place", lambda: raw_zip(usual, [1]), ()),
        ("zip-size", "a config that is longer than its header says", _short_size, ()),
    ]


def _unicode_path(name: str, shown: str) -> bytes:
    content = struct.pack("<BL", 1, zlib.crc32(name.encode())) + shown.encode()
    return struct.pack("<HH", 0x7075, len(content)) + content


def _local_name(name: str) -> bytes:
    entries = _raw(c.members(CLEAN))
    first = entries[1]
    entries[1] = Raw(first.name, first.stored, first.crc, first.size, local_name=name.encode())
    return raw_zip(entries)


def _flagged(flags: int) -> bytes:
    return _edited(flags=flags)


def _edited(**fields: int) -> bytes:
    entries = _raw(c.members(CLEAN))
    first = entries[1]
    usual: dict[str, Any] = {"crc": first.crc, "size": first.size}
    entries[1] = Raw(first.name, first.stored, **{**usual, **fields})
    return raw_zip(entries)


def _short_size() -> bytes:
    """Write a config whose stored bytes go on, with another config, behind the size declared."""
    entries = _raw(c.members(CLEAN))
    first = entries[1]
    entries[1] = Raw(first.name, first.stored + HOSTILE, first.crc, first.size)
    return raw_zip(entries)


def _packed(method: int) -> bytes:
    info = c.entry(c.CONFIG)
    info.compress_type = method
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in c.members(CLEAN):
            made.writestr(info if name == c.CONFIG else c.entry(str(name)), content)
    return buffer.getvalue()


def _around() -> Built:
    """Bytes before and after the archive, and one archive behind another."""
    end = struct.Struct("<4s4H2LH")

    def commented() -> bytes:
        first, second = _usual(CLEAN), _usual(HOSTILE)
        head = first[: -end.size]
        record = list(end.unpack(first[-end.size :]))
        record[-1] = len(second)
        return head + end.pack(*record) + second

    return [
        ("zip-prefix", "bytes before the archive", lambda: b"#!/bin/true\n" + _usual(), ()),
        ("zip-trailing", "bytes after the archive", lambda: _usual() + b"\0" * 100, ()),
        (
            "zip-two-ends",
            "a hostile archive after a harmless one",
            lambda: _usual() + _usual(HOSTILE),
            (),
        ),
        ("zip-comment", "a hostile archive as comment of a harmless one", commented, ()),
        ("zip-polyglot", "an HDF5 file with an archive behind it", _polyglot, ()),
    ]


def _polyglot(config: bytes = CLEAN, legacy: bytes = HOSTILE) -> bytes:
    holder: list[bytes] = []

    def fill(file: Any) -> None:
        file.attrs["model_config"] = legacy
        file.attrs["keras_version"] = c.VERSION.encode()
        file.attrs["backend"] = b"tensorflow"
        c.legacy_weights(file)

    holder.append(c.hdf5(fill))
    return holder[0] + _usual(config)


def _members() -> Built:
    """Members that nothing asked for."""
    link = c.entry("assets/link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    elf = b"\x7fELF\x02\x01\x01" + b"\0" * 57
    extra: list[tuple[str, str, c.Member, tuple[str, ...]]] = [
        ("parent", "a member outside", ("../outside.txt", b"inert"), MEMBERS),
        ("absolute", "an absolute member", ("/outside.txt", b"inert"), MEMBERS),
        ("backslash", "a member with a backslash", ("..\\outside.txt", b"inert"), MEMBERS),
        ("symlink", "a symbolic link", (link, b"/proc/self/cwd/canary.txt"), ()),
        ("nested", "a hostile model among the assets", ("assets/inner.keras", _usual(HOSTILE)), ()),
        ("pickle", "a pickle among the assets", ("assets/data.pkl", PICKLE), ()),
        ("script", "a script among the assets", ("assets/setup.sh", b"#!/bin/sh\ntrue\n"), ()),
        ("elf", "the head of a program among the assets", ("assets/tool", elf), ()),
        ("python", "Python source in the root", ("custom.py", b"x = 1\n"), ()),
    ]
    return [
        (f"zip-member-{word}", says, partial(_usual, CLEAN, member), advisories)
        for word, says, member, advisories in extra
    ]


def _bombs() -> Built:
    """Members that inflate to far more than they are."""
    return [
        ("zip-bomb-config", "a config that inflates to 5 GiB", lambda: _bomb(5 * 1024), ()),
        ("zip-bomb-config-small", "a config that inflates to 256 MiB", lambda: _bomb(256), ()),
        ("zip-bomb-asset", "an asset that inflates to 5 GiB", lambda: _asset_bomb(5 * 1024), ()),
        ("zip-bomb-weights", "weights that inflate to 5 GiB", lambda: _weights_bomb(5 * 1024), ()),
    ]


def _bomb(mebibytes: int) -> bytes:
    entries = _raw(c.members(CLEAN))
    entries[1] = repeated(c.CONFIG, CLEAN, b" " * MEBIBYTE, mebibytes)
    return raw_zip(entries)


def _asset_bomb(mebibytes: int) -> bytes:
    big = repeated("assets/big.bin", b"", b"\0" * MEBIBYTE, mebibytes)
    return raw_zip([*_raw(c.members(CLEAN)), big])


def _weights_bomb(mebibytes: int) -> bytes:
    entries = _raw(c.members(CLEAN))
    weights = entries[2].stored
    entries[2] = repeated(c.WEIGHTS, weights, b"\0" * MEBIBYTE, mebibytes)
    return raw_zip(entries)


def _json() -> list[Trick]:
    """JSON that two parsers read differently, or one cannot."""
    inner = [json.dumps(json.loads(each)["config"]) for each in (CLEAN, HOSTILE)]
    twice = _two_configs(inner[0], inner[1])
    swap = _two_configs(inner[1], inner[0])
    text = CLEAN.decode()
    nan = text.replace('"registered_name": null}', '"registered_name": null, "note": NaN}')
    big = text.replace('"units": 2', '"units": 1' + "0" * 5000)
    deep = text.replace('"units": 2', '"units": ' + "[" * 100_000 + "]" * 100_000)
    nested = text.replace('"units": 2', '"units": ' + "[" * 300 + "2" + "]" * 300)
    odd: list[tuple[str, str, bytes]] = [
        ("twice", "a key twice, the hostile one last", twice.encode()),
        ("twice-swapped", "a key twice, the hostile one first", swap.encode()),
        ("bom", "a config with a byte order mark", b"\xef\xbb\xbf" + CLEAN),
        ("utf-16", "a config in UTF-16", text.encode("utf-16")),
        ("utf-32", "a config in UTF-32", text.encode("utf-32")),
        ("bom-lambda", "a hostile config in UTF-16", HOSTILE.decode().encode("utf-16")),
        ("nan", "NaN in a config", nan.encode()),
        ("big", "a number with 5001 digits", big.encode()),
        ("deep", "lists 100000 deep", deep.encode()),
        ("nested", "lists 300 deep", nested.encode()),
        ("trailing", "text after the config", CLEAN + b" {}"),
        ("list", "a config that is a list", json.dumps([json.loads(CLEAN)]).encode()),
    ]
    made = []
    for name, says, content in odd:
        python = PYTHON if "lambda" in name or "twice" in name else ""
        dialect = KERAS_3 if python else ANY
        make = partial(c.keras_file, config=content)
        made.append(Trick(f"json-{name}.keras", says, (), make, dialect, python))
        if name in ("twice", "twice-swapped", "nan", "big", "deep", "nested"):
            made.append(
                Trick(
                    f"json-{name}.h5", says, (), partial(c.h5_file, config=content), dialect, python
                )
            )
            made.append(
                Trick(
                    f"json-{name}.json",
                    says,
                    (),
                    partial(c.json_file, config=content),
                    dialect,
                    python,
                )
            )
    return made


def _two_configs(first: str, second: str) -> str:
    """Write a model whose key `config` is there twice; the last one counts."""
    head = '{"module": "keras", "class_name": "Sequential", "registered_name": null'
    return f'{head}, "config": {first}, "config": {second}}}'


def _weights() -> list[Trick]:
    """NumPy archives as weights, which may hold pickles."""
    made = []
    for name, says, content in (
        ("npz-object", "an object array as weights", _npz_object),
        ("npz-pickle", "a bare pickle named as weights", lambda: PICKLE),
        ("npz-shape-bomb", "an array of 16 GiB, nothing stored", _npz_bomb),
    ):
        make = partial(_write_npz, content)
        made.append(Trick(f"{name}.keras", says, (), make, KERAS_3))
    shards = partial(_write_shards, "../outside.weights.h5")
    beside = partial(_write_shards, "canary.h5")
    made.append(Trick("shards-outside.weights", "a shard named ../outside", (), shards, KERAS_3))
    made.append(Trick("shards-beside.weights", "a shard that is another file", (), beside, KERAS_3))
    return made


def _write_npz(content: Callable[[], bytes], folder: Path) -> Path:
    held: list[c.Member] = [
        (c.METADATA, c.metadata()),
        (c.CONFIG, CLEAN),
        ("model.weights.npz", content()),
    ]
    return c.written(folder / "model.keras", c.archive(held))


def _npy(descr: str, shape: tuple[int, ...], content: bytes) -> bytes:
    head = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    head = head.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + content


def _npz_object() -> bytes:
    """An array whose elements are a pickle: `print` with the marker."""
    assert next(pickletools.genops(PICKLE))[0].name == "PROTO"
    return c.archive(
        [
            ("__root__.npy", _npy("|O", (), PICKLE)),
            ("layers/dense.npy", _npy("|O", (), PICKLE)),
        ]
    )


def _npz_bomb() -> bytes:
    return c.archive([("layers/dense.npy", _npy("<f4", (2, 2**31), b""))])


def _write_shards(name: str, folder: Path) -> Path:
    """A sharded weights file is a JSON map from weights to the files that hold them."""
    c.canary_hdf5(folder)
    paths = {f"/layers/dense/vars/{key}": name for key in c.SHAPES}
    shown = {"metadata": {"total_size": 40}, "weight_map": {"/layers/dense/vars": [name], **paths}}
    first = folder / "model_00000.weights.h5"
    c.written(first, c.hdf5(c.no_weights))
    return c.written(folder / "model.weights.json", c.encoded(shown))


def _mismatched() -> list[Trick]:
    """Files that are not what they are called, and files that are two things."""

    def legacy(folder: Path) -> Path:
        return c.h5_file(folder, plain(lambda_2())).rename(folder / "model.keras")

    def zipped(folder: Path) -> Path:
        return c.written(folder / "model.h5", _usual(HOSTILE))

    def both(folder: Path) -> Path:
        return c.written(folder / "model.h5", _polyglot(HOSTILE, CLEAN))

    return [
        Trick("hdf5-named.keras", "a hostile HDF5 file named .keras", (), legacy, ANY, PYTHON),
        Trick("zip-named.h5", "a hostile archive named .h5", (), zipped, ANY, PYTHON),
        Trick(
            "polyglot.h5",
            "a harmless HDF5 file with a hostile archive behind it",
            (),
            both,
            ANY,
            PYTHON,
        ),
    ]


def _directories() -> list[Trick]:
    """The directory form: what a link in it leads to is read."""

    def linked_config(folder: Path) -> Path:
        path = c.keras_directory(folder, CLEAN)
        (path / c.CONFIG).rename(folder / "canary.json")
        (path / c.CONFIG).symlink_to("../canary.json")
        return path

    def linked_weights(folder: Path) -> Path:
        c.canary_hdf5(folder)
        path = c.keras_directory(folder, CLEAN)
        (path / c.WEIGHTS).unlink()
        (path / c.WEIGHTS).symlink_to("../canary.h5")
        return path

    return [
        Trick(
            "link-config.directory", "the config is a link to elsewhere", (), linked_config, KERAS_3
        ),
        Trick(
            "link-weights.directory",
            "the weights are a link to elsewhere",
            (),
            linked_weights,
            KERAS_3,
        ),
    ]

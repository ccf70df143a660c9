"""Tricks inside HDF5: links and storage that lead elsewhere, sizes that nothing backs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

import h5py
import numpy as np

from tests.hostile import containers as c
from tests.hostile.configs import plain
from tests.hostile.payloads import CANARY_NUMBER
from tests.hostile.trick import ANY, KERAS_3, Trick

Layout: TypeAlias = tuple[Callable[[h5py.File], None], str, str, str]
Change: TypeAlias = Callable[[h5py.File, str, str], None]

LINKS: Final = ("CVE-2026-1669", "GHSA-3m4q-jmj6-r34q")
SHAPES: Final = ("CVE-2026-12570", "GHSA-74m6-m3xx-3vmj", "CVE-2026-0897")
MODERN: Final = ("layers/dense/vars/0", "layers/dense/vars", "layers/dense", "layers")
LEGACY: Final = (
    "model_weights/dense/dense/kernel:0",
    "model_weights/dense/dense",
    "model_weights/dense",
    "model_weights",
)
LEVELS: Final = ("weight", "variables", "layer", "top")
ELSEWHERE: Final = "elsewhere"
RAW: Final = "canary.bin"
HUGE: Final = 2**31


def tricks() -> list[Trick]:
    """Return the tricks with HDF5."""
    return [*_links(), *_storage(), *_bombs(), *_odd()]


def _places(container: str) -> tuple[Callable[[h5py.File], None], tuple[str, ...]]:
    return (c.legacy_weights, LEGACY) if container == "h5" else (c.dense_weights, MODERN)


def _write(change: Change, level: int, container: str, folder: Path) -> Path:
    """Write the usual model whose weights are changed at one place."""
    usual, places = _places(container)

    def fill(file: h5py.File) -> None:
        usual(file)
        change(file, places[level], places[0])

    c.canary_hdf5(folder)
    c.written(folder / RAW, np.full(8, CANARY_NUMBER, dtype="<f4").tobytes())
    if container == "h5":
        return c.h5_file(folder, plain(), fill)
    if container == "directory":
        return c.keras_directory(folder, plain(), fill)
    if container == "weights":
        return c.written(folder / "model.weights.h5", c.hdf5(fill))
    return c.keras_file(folder, plain(), fill)


def _made(
    name: str, says: str, change: Change, level: int, containers: str, advisories: tuple[str, ...]
) -> list[Trick]:
    return [
        Trick(
            f"{name}.{container}",
            says,
            advisories,
            partial(_write, change, level, container),
            KERAS_3 if container in ("directory", "weights") else ANY,
        )
        for container in containers.split()
    ]


def _links() -> list[Trick]:
    """A link to another file, and one to another place, at each level."""
    made = []
    for level, word in enumerate(LEVELS):
        more = " directory weights" if level in (0, 2) else ""
        made += _made(
            f"external-link-{word}",
            f"an external link as {word}",
            _external_link,
            level,
            "keras h5" + more,
            LINKS,
        )
        made += _made(
            f"soft-link-{word}", f"a soft link as {word}", _soft_link, level, "keras h5", LINKS
        )
    return made


def _external_link(file: h5py.File, place: str, weight: str) -> None:
    del file[place]
    file[place] = h5py.ExternalLink("canary.h5", "/" + place)


def _soft_link(file: h5py.File, place: str, weight: str) -> None:
    file.move(place, ELSEWHERE)
    file[place] = h5py.SoftLink("/" + ELSEWHERE)


def _storage() -> list[Trick]:
    """A dataset whose bytes lie in another file."""
    every = "keras h5 directory weights"
    absolute = partial(_external_storage, path="/proc/self/cwd/" + RAW)
    return [
        *_made(
            "external-storage", "a weight with external storage", _external_storage, 0, every, LINKS
        ),
        *_made(
            "external-absolute", "external storage by absolute path", absolute, 0, "keras h5", LINKS
        ),
        *_made("virtual", "a weight that is a virtual dataset", _virtual, 0, every, LINKS),
        *_made(
            "virtual-self",
            "a virtual dataset of the same file",
            _virtual_self,
            0,
            "keras h5",
            LINKS,
        ),
    ]


def _external_storage(file: h5py.File, place: str, weight: str, path: str = RAW) -> None:
    shape, dtype = file[place].shape, file[place].dtype
    size = int(np.prod(shape)) * dtype.itemsize
    del file[place]
    file.create_dataset(place, shape, dtype, external=[(path, 0, size)])


def _virtual(file: h5py.File, place: str, weight: str, source: str = "canary.h5") -> None:
    shape, dtype = file[place].shape, file[place].dtype
    del file[place]
    layout = h5py.VirtualLayout(shape=shape, dtype=dtype)
    layout[...] = h5py.VirtualSource(source, place if source != "." else ELSEWHERE, shape=shape)
    file.create_virtual_dataset(place, layout)


def _virtual_self(file: h5py.File, place: str, weight: str) -> None:
    file[ELSEWHERE] = file[place][...]
    _virtual(file, place, weight, ".")


def _bombs() -> list[Trick]:
    """Sizes that are declared and not stored, and many small things."""
    return [
        *_made(
            "shape-bomb",
            "a weight of 16 GiB, nothing stored",
            _shape_bomb,
            0,
            "keras h5 weights",
            SHAPES,
        ),
        *_made(
            "shape-bomb-contiguous",
            "a contiguous weight of 16 GiB, nothing stored",
            partial(_shape_bomb, chunks=None),
            0,
            "keras h5",
            SHAPES,
        ),
        *_made(
            "shape-bomb-deflated",
            "a weight of 16 GiB, one chunk stored",
            _stored_bomb,
            0,
            "keras h5",
            SHAPES,
        ),
        *_made("many-attributes", "5000 attributes on a group", _attributes, 2, "keras h5", ()),
        *_made("many-groups", "5000 groups", _groups, 2, "keras h5", ()),
        *_made("deep-groups", "groups 500 deep", _deep, 2, "keras h5", ()),
    ]


def _shape_bomb(file: h5py.File, place: str, weight: str, chunks: Any = (1, 65536)) -> None:
    del file[place]
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_alloc_time(h5py.h5d.ALLOC_TIME_LATE)
    plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    if chunks:
        plist.set_chunk(chunks)
    space = h5py.h5s.create_simple((2, HUGE))
    dataset = h5py.h5d.create(file.id, place.encode(), h5py.h5t.IEEE_F32LE, space, plist)
    assert dataset.get_storage_size() == 0


def _stored_bomb(file: h5py.File, place: str, weight: str) -> None:
    del file[place]
    made = file.create_dataset(place, (2, HUGE), "<f4", chunks=(1, 65536), compression="gzip")
    made[0, :65536] = 1.0


def _attributes(file: h5py.File, place: str, weight: str) -> None:
    for number in range(5000):
        file[place].attrs[f"attribute_{number}"] = number


def _groups(file: h5py.File, place: str, weight: str) -> None:
    for number in range(5000):
        file.create_group(f"{place}/more/{number}")


def _deep(file: h5py.File, place: str, weight: str) -> None:
    group = file[place]
    for _ in range(500):
        group = group.create_group("d")


def _odd() -> list[Trick]:
    """Links that lead in a circle or nowhere."""
    return [
        *_made("soft-loop", "a soft link to itself", _soft_loop, 0, "keras h5", LINKS),
        *_made("soft-dangling", "a soft link to nothing", _soft_dangling, 0, "keras h5", LINKS),
        *_made("hard-cycle", "a group that holds its parent", _hard_cycle, 2, "keras h5", ()),
        *_made(
            "external-absent", "an external link to an absent file", _absent, 0, "keras h5", LINKS
        ),
    ]


def _soft_loop(file: h5py.File, place: str, weight: str) -> None:
    del file[place]
    file[place] = h5py.SoftLink("/" + place)


def _soft_dangling(file: h5py.File, place: str, weight: str) -> None:
    del file[place]
    file[place] = h5py.SoftLink("/nowhere")


def _hard_cycle(file: h5py.File, place: str, weight: str) -> None:
    file[place]["parent"] = file["/"]


def _absent(file: h5py.File, place: str, weight: str) -> None:
    del file[place]
    file[place] = h5py.ExternalLink("no_such_file.h5", "/" + place)

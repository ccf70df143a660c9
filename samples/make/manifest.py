"""Write MANIFEST.toml: what each sample is, as read by small readers that serve only this.

``python samples/make/manifest.py OUTDIR NOTES...``, where NOTES are files of the JSON lines that
the scripts beside this one printed. ``--check`` compares hashes with the manifest that is there
and looks for paths of a machine inside the samples. Needs Python 3.11, h5py and PyYAML.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import h5py
import yaml

Json = Any
SINGLE = ("layer", "forward_layer", "backward_layer", "cell")
SEVERAL = ("layers", "cells")
NO_MODEL = {
    "file/data-only.h5": "hdf5-data",
    "file/empty.keras": "empty",
    "file/lfs-pointer.keras": "lfs-pointer",
    "file/pickle.h5": "pickle",
    "file/tf-checkpoint": "tf-checkpoint",
    "file/tfjs-graph/model.json": "tfjs-graph",
    "file/truncated.h5": "truncated-hdf5",
    "file/truncated.keras": "truncated-zip",
    "file/unknown.keras": "unknown",
    "file/web-page.h5": "html",
}
UNREADABLE = ("file/wrong-crc.keras", "file/no-config.keras")
NO_KERAS = ("file/damaged-savedmodel", "file/compressed-index", "file/exported-savedmodel")
MACHINE_PATHS = re.compile(rb"/(?:tmp|root|work|home|usr|opt|var)/|[A-Z]:\\\\Users")


def digest(path: Path) -> str:
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    files = sorted(part for part in path.rglob("*") if part.is_file())
    lines = sorted(f"{part.relative_to(path).as_posix()}\0{digest(part)}\n" for part in files)
    return hashlib.sha256("".join(lines).encode("utf-8")).hexdigest()


# ---------------------------------------------------------------- what is in a container


class _Loader(yaml.SafeLoader):
    """A loader that takes the tuples that Keras wrote, and nothing else of Python."""


_Loader.add_constructor("tag:yaml.org,2002:python/tuple", _Loader.construct_sequence)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/object", lambda *ignored: "python object")


def read(path: Path) -> tuple[str, str | None, Json]:
    """Return the container, the claimed version and the root's class_name and config."""
    if path.is_dir():
        if any(path.as_posix().endswith(name) for name in NO_KERAS):
            return "savedmodel", None, None
        if (path / "saved_model.pb").exists():
            return _savedmodel(path)
        version = json.loads((path / "metadata.json").read_text())["keras_version"]
        return "keras-dir", version, json.loads((path / "config.json").read_text())
    start = path.read_bytes()[:1024]
    if start.startswith(b"PK"):
        with zipfile.ZipFile(path) as archive:
            version = json.loads(archive.read("metadata.json"))["keras_version"]
            broken = any(path.as_posix().endswith(name) for name in UNREADABLE)
            return "keras-zip", version, None if broken else json.loads(archive.read("config.json"))
    if b"\x89HDF\r\n" in start:
        return _hdf5(path)
    if path.name.endswith(".weights.json"):
        return "h5-weights", None, None
    if path.suffix == ".yaml":
        config = yaml.load(path.read_text(), _Loader)
        return "yaml", config.get("keras_version"), config
    config = json.loads(path.read_bytes().decode("utf-8-sig"))
    if "modelTopology" in config:
        topology = config["modelTopology"]
        return "tfjs", topology["keras_version"], topology["model_config"]
    return "json", config.get("keras_version"), config


def _hdf5(path: Path) -> tuple[str, str | None, Json]:
    with h5py.File(path, "r") as file:
        attributes = {
            key: file.attrs[key] for key in ("keras_version", "model_config") if key in file.attrs
        }
    texts = {k: v.decode() if isinstance(v, bytes) else str(v) for k, v in attributes.items()}
    if "model_config" in texts:
        return "h5-model", texts.get("keras_version"), json.loads(texts["model_config"])
    return "h5-weights", texts.get("keras_version"), None


def _savedmodel(path: Path) -> tuple[str, str | None, Json]:
    own = path / "keras_metadata.pb"
    raw = (own if own.exists() else path / "saved_model.pb").read_bytes()
    decoder = json.JSONDecoder()
    nodes: list[Json] = []
    for match in re.finditer(
        rb"_tf_keras_(?:model|network|sequential|layer|rnn_layer|input_layer)\W", raw
    ):
        begin = raw.find(b'{"', match.end())
        nodes.append(decoder.raw_decode(raw[begin:].decode("utf-8", "ignore"))[0])
    root = next(node for node in nodes if "keras_version" in node)
    config = {"class_name": root["class_name"], "config": root["config"]}
    if "layers" not in root["config"]:
        config["config"] = {"layers": [node for node in nodes if node is not root]}
    return "savedmodel", root["keras_version"], config


def inside(config: Json) -> int:
    """Count the layer objects written below one configuration, at any depth."""
    if isinstance(config, list):
        return sum(1 + inside(entry.get("config")) for entry in config)
    if not isinstance(config, dict):
        return 0
    single = [config[key] for key in SINGLE if isinstance(config.get(key), dict)]
    several = [entry for key in SEVERAL for entry in config.get(key, [])]
    return sum(1 + inside(entry.get("config")) for entry in single + several)


# ---------------------------------------------------------------------------- the manifest


def describe(root: Path, note: dict[str, str]) -> dict[str, Json]:
    path = root / note["path"]
    entry: dict[str, Json] = {"path": note["path"], "sha256": digest(path)}
    entry |= {key: note[key] for key in ("made_by", "python", "script")}
    if note["path"] in NO_MODEL:
        entry["container"] = NO_MODEL[note["path"]]
    else:
        container, version, config = read(path)
        entry["container"] = container
        if version is not None:
            entry["claimed_version"] = version
        if config is not None:
            entry["root_class"] = config["class_name"]
            entry["layers"] = inside(config["config"])
    entry["shows"] = note["shows"]
    if note["path"].startswith("security/"):
        entry["inert"] = True
    if note["path"].endswith("-project.keras"):
        entry["source"] = "registration/project"
        others = sorted((root / "registration" / "project").glob("*.py"))
        entry["beside"] = [part.relative_to(root).as_posix() for part in others]
        entry["beside_sha256"] = [digest(part) for part in others]
    if path.is_file() and (path.parent.name.endswith(("-layers", "-sharded"))):
        others = sorted(part for part in path.parent.iterdir() if part != path)
        entry["beside"] = [part.relative_to(root).as_posix() for part in others]
        entry["beside_sha256"] = [digest(part) for part in others]
    return entry


def toml(entries: list[dict[str, Json]]) -> str:
    lines = ["# Written by samples/make/manifest.py. What the keys mean stands in README.md."]
    for entry in entries:
        lines += ["", "[[sample]]"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in entry.items()]
    return "\n".join(lines) + "\n"


def covered(root: Path, entries: list[dict[str, Json]]) -> list[str]:
    """Return the files below ``root`` that no entry accounts for."""
    paths = {entry["path"] for entry in entries}
    paths |= {part for entry in entries for part in entry.get("beside", [])}
    missing = []
    for part in sorted(root.rglob("*")):
        name = part.relative_to(root).as_posix()
        if part.is_dir() or "/" not in name or name.startswith("make/"):
            continue
        if name.endswith(".expected.txt"):
            continue
        if not any(name == path or name.startswith(path + "/") for path in paths):
            missing.append(name)
    return missing


def contents(path: Path) -> bytes:
    """Return all bytes of a file: archives unpacked, and texts in base64 decoded besides."""
    raw = unpacked(path)
    codes = re.findall(rb"(?:[A-Za-z0-9+/]|\\n){40,}=*", raw)
    texts = [code.replace(b"\\n", b"").rstrip(b"=") for code in codes]
    return raw + b"".join(base64.b64decode(text[: len(text) // 4 * 4]) for text in texts)


def unpacked(path: Path) -> bytes:
    """Return all bytes of a file, and those of its members if it is an archive."""
    raw = path.read_bytes()
    if not zipfile.is_zipfile(path):
        return raw
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if path.name != "wrong-crc.keras"]
        return raw + b"".join(archive.read(info) for info in infos)


def check(root: Path) -> list[str]:
    """Return what does not agree with the manifest, and files that hold a machine's path."""
    entries = tomllib.loads((root / "MANIFEST.toml").read_text(encoding="utf-8"))["sample"]
    problems = [f"no entry: {name}" for name in covered(root, entries)]
    for entry in entries:
        if digest(root / entry["path"]) != entry["sha256"]:
            problems.append(f"other content: {entry['path']}")
        for name, sha256 in zip(
            entry.get("beside", []), entry.get("beside_sha256", []), strict=True
        ):
            if digest(root / name) != sha256:
                problems.append(f"other content: {name}")
    for part in sorted(root.rglob("*")):
        if part.is_file() and part.parent.name != "make" and MACHINE_PATHS.search(contents(part)):
            problems.append(f"machine path: {part.relative_to(root).as_posix()}")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("outdir", type=Path)
    parser.add_argument("notes", type=Path, nargs="*")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if not options.check:
        lines = [line for file in options.notes for line in file.read_text().splitlines()]
        notes = {note["path"]: note for note in map(json.loads, lines)}
        entries = [describe(options.outdir, notes[name]) for name in sorted(notes)]
        (options.outdir / "MANIFEST.toml").write_text(toml(entries), encoding="utf-8")
    problems = check(options.outdir)
    print("\n".join(problems) or "all samples agree with the manifest")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

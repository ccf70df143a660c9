"""Write by hand what no Keras writes: files that are no model, and files of other programs.

Needs h5py besides the standard library: ``python samples/make/handmade.py OUTDIR``.
"""

from __future__ import annotations

import json
import os
import pickle
from typing import Any

import h5py
import kit
from kit import sample


def write(path: str, content: bytes) -> None:
    with open(path, "wb") as stream:
        stream.write(content)


@sample("file/lfs-pointer.keras", "a git LFS pointer where the model should be")
def lfs_pointer(path: str) -> None:
    lines = [
        "version https://git-lfs.github.com/spec/v1",
        "oid sha256:" + "0123456789abcdef" * 4,
        "size 28298",
    ]
    write(path, ("\n".join(lines) + "\n").encode("ascii"))


@sample("file/web-page.h5", "a web page saved under the name of a model")
def web_page(path: str) -> None:
    title = "Sign in"
    page = f"<!DOCTYPE html>\n<html>\n<head><title>{title}</title></head>\n"
    page += f"<body>{title}</body>\n</html>\n"
    write(path, page.encode("ascii"))


@sample("file/empty.keras", "no byte at all")
def empty(path: str) -> None:
    write(path, b"")


@sample("file/unknown.keras", "bytes of no known format")
def unknown(path: str) -> None:
    write(path, bytes((number * 37 + 11) % 256 for number in range(200)))


@sample("file/pickle.h5", "a pickle (of a small dictionary) under the name of a model")
def pickled(path: str) -> None:
    write(path, pickle.dumps({"a": 1}))


@sample("file/data-only.h5", "HDF5 with a dataset and nothing of Keras")
def data_only(path: str) -> None:
    with h5py.File(path, "w") as file:
        file["measurements/values"] = [1.0, 2.0, 3.0]
        file["measurements"].attrs["unit"] = "m"


@sample("file/tfjs-graph/model.json", "a TensorFlow.js graph model: no Keras layers inside")
def tfjs_graph(path: str) -> None:
    node: Any = {"name": "x", "op": "Placeholder", "attr": {"dtype": {"type": "DT_FLOAT"}}}
    content = {
        "format": "graph-model",
        "generatedBy": "2.10.1",
        "convertedBy": "TensorFlow.js Converter v3.18.0",
        "modelTopology": {"node": [node], "library": {}, "versions": {"producer": 1087}},
        "weightsManifest": [],
    }
    write(path, json.dumps(content).encode("ascii"))


@sample("security/python-object.yaml", "a YAML tag that calls a function when loaded (print)")
def python_object(path: str) -> None:
    lines = [
        "backend: tensorflow",
        "class_name: Sequential",
        "config:",
        "  name: stack",
        "  layers:",
        "  - class_name: Dense",
        "    config:",
        "      name: !!python/object/apply:builtins.print [inert marker]",
        "      batch_input_shape: !!python/tuple [null, 4]",
        "      units: 2",
        "keras_version: 2.2.4",
    ]
    write(path, ("\n".join(lines) + "\n").encode("ascii"))


@sample("file/damaged-savedmodel", "a saved_model.pb that holds text")
def damaged_savedmodel(path: str) -> None:
    os.makedirs(path)
    write(os.path.join(path, "saved_model.pb"), b"no protobuf\n")


@sample("file/compressed-index", "a SavedModel whose variables.index claims to be compressed")
def compressed_index(path: str) -> None:
    os.makedirs(os.path.join(path, "variables"))
    graph = "120a0a082a06312e31352e30"
    write(os.path.join(path, "saved_model.pb"), bytes.fromhex(graph))
    blocks = (
        "00000608011a020801000000000100000001353856f3"
        "000000000100000000c0f2a1b0000102010011000000000100000000353df571"
    )
    footer = "1608230e" + "00" * 36 + "57fb808b247547db"
    index = bytes.fromhex(blocks) + bytes.fromhex(footer)
    write(os.path.join(path, "variables", "variables.index"), index)


if __name__ == "__main__":
    kit.run("hand", "hand", "handmade.py")

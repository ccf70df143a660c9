"""Write edited copies of samples that real releases saved: broken graphs, hostile and odd files.

The copies are made from what is below OUTDIR already, so run this after the other scripts:
``python samples/make/edited.py OUTDIR``. Needs h5py besides the standard library.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import struct
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import h5py
import kit
from kit import sample

Json = Any
Edit = Callable[[Json], None]

ZIPPED = "clean/keras-3.15.1-functional.keras"
LISTED = "clean/tf-2.10-functional.json"
SMALL = "compatibility/tf-2.10-timedistributed.h5"
LAMBDA = "security/keras-3.15.1-lambda.keras"
GROUP = "model_weights/each/step_dense"
KERNEL = GROUP + "/kernel:0"
MOMENT = (1980, 1, 1, 0, 0, 0)


def base(name: str) -> str:
    return os.path.join(sys.argv[1], *name.split("/"))


def members(name: str) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(base(name)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def write_zip(path: str, entries: list[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name, MOMENT), content, zipfile.ZIP_DEFLATED)


def edit_zip(path: str, name: str, edit: Edit) -> None:
    entries = dict(members(name))
    config = json.loads(entries["config.json"])
    edit(config)
    entries["config.json"] = json.dumps(config).encode("utf-8")
    write_zip(path, list(entries.items()))


def edit_json(path: str, name: str, edit: Edit) -> None:
    with open(base(name), encoding="utf-8") as stream:
        config = json.load(stream)
    edit(config)
    with open(path, "w", encoding="utf-8") as stream:
        json.dump(config, stream)


def copied_h5(path: str, name: str) -> h5py.File:
    shutil.copyfile(base(name), path)
    return h5py.File(path, "r+")


# ------------------------------------------------------------------------------ graph


def named(config: Json, name: str) -> dict[str, Json]:
    found: dict[str, Json] = next(e for e in config["config"]["layers"] if e["name"] == name)
    return found


def histories(value: Json) -> list[list[Any]]:
    """Return every list [layer, node, tensor] in an entry's inbound nodes, of either form."""
    if isinstance(value, dict):
        if "keras_history" in value:
            return [value["keras_history"]]
        return [found for part in value.values() for found in histories(part)]
    if isinstance(value, list):
        if len(value) in (3, 4) and isinstance(value[0], str) and isinstance(value[1], int):
            return [value]
        return [found for part in value for found in histories(part)]
    return []


def duplicate_names(config: Json) -> None:
    entry = named(config, "right")
    entry["name"] = entry["config"]["name"] = "left"


def missing_layer(config: Json) -> None:
    histories(named(config, "join")["inbound_nodes"])[1][0] = "absent"


def missing_node(config: Json) -> None:
    histories(named(config, "join")["inbound_nodes"])[1][1] = 5


def cycle(config: Json) -> None:
    histories(named(config, "shared")["inbound_nodes"])[0][0] = "probabilities"


def dead_end(config: Json) -> None:
    extra = json.loads(json.dumps(named(config, "probabilities")))
    extra["name"] = extra["config"]["name"] = "unused"
    config["config"]["layers"].append(extra)


@sample("graph/duplicate-names.keras", "two layers of one name")
def duplicate_names_zip(path: str) -> None:
    edit_zip(path, ZIPPED, duplicate_names)


@sample("graph/duplicate-names.json", "two layers of one name, list form of the graph")
def duplicate_names_json(path: str) -> None:
    edit_json(path, LISTED, duplicate_names)


@sample("graph/missing-layer.keras", "a connection to a layer that is not there")
def missing_layer_zip(path: str) -> None:
    edit_zip(path, ZIPPED, missing_layer)


@sample("graph/missing-layer.json", "a connection to a layer that is not there, list form")
def missing_layer_json(path: str) -> None:
    edit_json(path, LISTED, missing_layer)


@sample("graph/missing-node.keras", "a connection to call number 5 of a layer called twice")
def missing_node_zip(path: str) -> None:
    edit_zip(path, ZIPPED, missing_node)


@sample(
    "graph/missing-node.json", "a connection to call number 5 of a layer called twice, list form"
)
def missing_node_json(path: str) -> None:
    edit_json(path, LISTED, missing_node)


@sample("graph/cycle.keras", "a layer that needs its own result")
def cycle_zip(path: str) -> None:
    edit_zip(path, ZIPPED, cycle)


@sample("graph/cycle.json", "a layer that needs its own result, list form")
def cycle_json(path: str) -> None:
    edit_json(path, LISTED, cycle)


@sample("graph/dead-end.keras", "a layer that reaches no output")
def dead_end_zip(path: str) -> None:
    edit_zip(path, ZIPPED, dead_end)


@sample("graph/dead-end.json", "a layer that reaches no output, list form")
def dead_end_json(path: str) -> None:
    edit_json(path, LISTED, dead_end)


# --------------------------------------------------------------------------- security


@sample("security/lambda-without-module.keras", "a Lambda entry without its module key")
def lambda_without_module(path: str) -> None:
    def edit(config: Json) -> None:
        del named(config, "twice")["module"]

    edit_zip(path, LAMBDA, edit)


@sample("security/foreign-function.keras", "a function of a module outside Keras (operator.neg)")
def foreign_function(path: str) -> None:
    def edit(config: Json) -> None:
        function = {"module": "operator", "class_name": "function", "config": "neg"}
        named(config, "twice")["config"]["function"] = dict(function, registered_name="neg")

    edit_zip(path, LAMBDA, edit)


@sample("security/keras-utility.keras", "a Keras function that is no part of a model as activation")
def keras_utility(path: str) -> None:
    def edit(config: Json) -> None:
        function = {"module": "keras.utils", "class_name": "function", "config": "get_file"}
        named(config, "shared")["config"]["activation"] = dict(function, registered_name="get_file")

    edit_zip(path, ZIPPED, edit)


@sample("security/saved-model-layer.keras", "a TFSMLayer that names a folder outside the file")
def saved_model_layer(path: str) -> None:
    def edit(config: Json) -> None:
        entry = named(config, "twice")
        entry["class_name"] = "TFSMLayer"
        entry["config"] = {
            "name": "twice",
            "trainable": False,
            "dtype": "float32",
            "filepath": "missing-folder",
            "call_endpoint": "serve",
            "call_training_endpoint": None,
        }

    edit_zip(path, LAMBDA, edit)


@sample("security/vocabulary-path.keras", "a StringLookup whose vocabulary is a path")
def vocabulary_path(path: str) -> None:
    def edit(config: Json) -> None:
        first, second = named(config, "features"), named(config, "twice")
        first["config"]["dtype"] = "string"
        second["class_name"] = "StringLookup"
        second["config"] = {"name": "twice", "vocabulary": "missing-vocabulary.txt"}

    edit_zip(path, LAMBDA, edit)


@sample("security/external-link.keras", "weights inside the archive that link to another file")
def external_link_zip(path: str) -> None:
    entries = dict(members(ZIPPED))
    weights = io.BytesIO(entries["model.weights.h5"])
    with h5py.File(weights, "r+") as file:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = h5py.ExternalLink("missing-file.h5", "/secret")
    entries["model.weights.h5"] = weights.getvalue()
    write_zip(path, list(entries.items()))


@sample("security/outside-member.keras", "an archive member that would be written outside")
def outside_member(path: str) -> None:
    write_zip(path, [*members(LAMBDA), ("../outside.txt", b"inert marker\n")])


@sample(
    "security/polyglot.keras",
    "an HDF5 model of 4 layers with a .keras archive of another behind it",
)
def polyglot(path: str) -> None:
    write_zip(path, members(LAMBDA))
    with open(path, "rb") as stream:
        archive = stream.read()
    with open(base(SMALL), "rb") as source, open(path, "wb") as target:
        target.write(source.read() + archive)


# ------------------------------------------------------------------------------- file


@sample("file/truncated.keras", "the first 60 % of a .keras file")
def truncated_zip(path: str) -> None:
    _truncate(path, LAMBDA)


@sample("file/truncated.h5", "the first 60 % of an HDF5 model")
def truncated_hdf5(path: str) -> None:
    _truncate(path, SMALL)


def _truncate(path: str, name: str) -> None:
    with open(base(name), "rb") as source, open(path, "wb") as target:
        content = source.read()
        target.write(content[: len(content) * 6 // 10])


@sample("file/zip-named-h5.h5", "a .keras archive under the name of an HDF5 file")
def zip_named_h5(path: str) -> None:
    write_zip(path, members(ZIPPED))


@sample("file/no-version.h5", "keras_version removed from an HDF5 model")
def no_version(path: str) -> None:
    with copied_h5(path, SMALL) as file:
        del file.attrs["keras_version"]
        del file["model_weights"].attrs["keras_version"]


@sample("file/contradicted-version.keras", "metadata claims 2.12.0, the config is of 3.15.1")
def contradicted_version(path: str) -> None:
    entries = dict(members(ZIPPED))
    metadata = json.loads(entries["metadata.json"])
    metadata["keras_version"] = "2.12.0"
    entries["metadata.json"] = json.dumps(metadata).encode("ascii")
    write_zip(path, list(entries.items()))


@sample("file/duplicate-members.keras", "two members config.json: a plain one, then a Lambda")
def duplicate_members(path: str) -> None:
    other = dict(members(LAMBDA))["config.json"]
    write_zip(path, [*members(ZIPPED), ("config.json", other)])


@sample("file/no-config.keras", "an archive without config.json")
def no_config(path: str) -> None:
    write_zip(path, [entry for entry in members(ZIPPED) if entry[0] != "config.json"])


@sample("file/no-weights.keras", "an archive without its weights")
def no_weights(path: str) -> None:
    write_zip(path, [entry for entry in members(ZIPPED) if entry[0] != "model.weights.h5"])


@sample("file/wrong-crc.keras", "a member whose checksum does not agree")
def wrong_crc(path: str) -> None:
    write_zip(path, members(LAMBDA))
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("config.json")
    with open(path, "rb") as stream:
        content = stream.read()
    right, wrong = struct.pack("<L", info.CRC), struct.pack("<L", info.CRC ^ 1)
    with open(path, "wb") as stream:
        stream.write(content.replace(right, wrong))


@sample("file/duplicate-keys.json", "a JSON object that holds a key twice")
def duplicate_keys(path: str) -> None:
    with (
        open(base(LISTED), encoding="utf-8") as source,
        open(path, "w", encoding="utf-8") as target,
    ):
        target.write(source.read().replace('"units": 3', '"units": 3, "units": 4', 1))


@sample("file/byte-order-mark.json", "JSON that begins with a byte order mark")
def byte_order_mark(path: str) -> None:
    with open(base(LISTED), "rb") as source, open(path, "wb") as target:
        target.write(b"\xef\xbb\xbf" + source.read())


@sample("file/not-a-number.json", "JSON that holds NaN and Infinity")
def not_a_number(path: str) -> None:
    def edit(config: Json) -> None:
        norm = next(
            e for e in config["config"]["layers"] if e["class_name"] == "BatchNormalization"
        )
        norm["config"]["epsilon"] = float("nan")
        norm["config"]["momentum"] = float("inf")

    edit_json(path, "clean/keras-2.2.4-sequential.json", edit)


@sample("file/deep.json", "100 Sequential models inside each other: more than 300 levels of JSON")
def deep(path: str) -> None:
    def edit(config: Json) -> None:
        innermost = config["config"]["layers"]
        for number in range(99):
            inner = {"name": f"inner_{number}", "layers": innermost}
            innermost = [{"class_name": "Sequential", "config": inner}]
        config["config"]["layers"] = innermost

    edit_json(path, "clean/keras-2.2.4-sequential.json", edit)


@sample("file/external-link.h5", "a weight that is a link into another file")
def external_link(path: str) -> None:
    with copied_h5(path, SMALL) as file:
        del file[KERNEL]
        file[KERNEL] = h5py.ExternalLink("missing-file.h5", "/secret")


@sample("file/external-storage.h5", "a weight whose bytes are in another file")
def external_storage(path: str) -> None:
    with copied_h5(path, SMALL) as file:
        del file[KERNEL]
        where = [("missing-file.bin", 0, 24)]
        file.create_dataset(KERNEL, (3, 2), "float32", external=where)


@sample("file/virtual-dataset.h5", "a weight that is a view of another file")
def virtual_dataset(path: str) -> None:
    with copied_h5(path, SMALL) as file:
        del file[KERNEL]
        layout = h5py.VirtualLayout((3, 2), "float32")
        layout[:] = h5py.VirtualSource("missing-file.h5", "secret", (3, 2))
        file.create_virtual_dataset(KERNEL, layout)


@sample("file/soft-link.h5", "a weight that is a soft link to another weight")
def soft_link(path: str) -> None:
    with copied_h5(path, SMALL) as file:
        file.move(KERNEL, GROUP + "/elsewhere")
        file[KERNEL] = h5py.SoftLink("/" + GROUP + "/elsewhere")


@sample("file/link-cycle.h5", "a group that contains itself by a hard link")
def link_cycle(path: str) -> None:
    with copied_h5(path, SMALL) as file:
        file[GROUP + "/again"] = file["model_weights"]


@sample("file/shape-bomb.h5", "a weight declared at 4 TB, stored in no byte")
def shape_bomb(path: str) -> None:
    with copied_h5(path, SMALL) as file:
        del file[KERNEL]
        file.create_dataset(KERNEL, (1 << 20, 1 << 20), "float32", chunks=(1 << 10, 1 << 10))


@sample("clean/user-block.h5", "an HDF5 model behind a user block of 512 bytes")
def user_block(path: str) -> None:
    _rewrite(path, userblock_size=512)


@sample("file/other-units.h5", "a Dense layer that says other units than its stored weights have")
def other_units(path: str) -> None:
    with copied_h5(path, "clean/tf-2.10-sequential.h5") as file:
        config = json.loads(file.attrs["model_config"])
        config["config"]["layers"][-1]["config"]["units"] += 1
        file.attrs["model_config"] = json.dumps(config)


@sample("clean/newest-hdf5.h5", "an HDF5 model rewritten with the newest structures of the format")
def newest_hdf5(path: str) -> None:
    _rewrite(path, libver="latest")


@sample(
    "file/dense-hdf5.h5",
    "the newest structures of HDF5, with attributes and groups enough to be stored in heaps",
)
def dense_hdf5(path: str) -> None:
    _rewrite(path, libver="latest")
    with h5py.File(path, "r+", libver="latest") as file:
        for number in range(12):
            file.attrs[f"note_{number}"] = f"remark {number}"
            file.create_group(f"notes/group_{number}")


def _rewrite(path: str, **options: Any) -> None:
    name = base("clean/tf-2.15-functional.h5")
    with h5py.File(name, "r") as source, h5py.File(path, "w", **options) as target:
        _copy_group(source, target)


def _copy_group(source: h5py.Group, target: h5py.Group) -> None:
    """Write every object anew, so that the new file's own structures hold it."""
    _copy_attributes(source, target)
    for key, thing in source.items():
        if isinstance(thing, h5py.Group):
            _copy_group(thing, target.create_group(key))
        else:
            _copy_attributes(thing, target.create_dataset(key, data=thing[()]))


def _copy_attributes(source: h5py.HLObject, target: h5py.HLObject) -> None:
    for key, value in source.attrs.items():
        target.attrs.create(key, value, dtype=source.attrs.get_id(key).dtype)


if __name__ == "__main__":
    kit.run("hand", "hand", "edited.py")

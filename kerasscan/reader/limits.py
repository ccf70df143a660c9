"""Every budget of the reader, in one frozen value."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True)
class Limits:
    """What one file may cost. Exceeding a budget is a `Problem`, never silence.

    The numbers are far above what Keras writes, and low enough that a hostile file cannot
    take the machine's memory.

    Attributes:
        archive_members: Entries of a zip or files of a model directory.
        directory_bytes: Size of a zip's central directory.
        unlisted_bytes: Bytes of a zip that are looked through for members it does not list.
        nested_depth: Archives (or HDF5 files) in archives in archives.
        name_bytes: Length of a member's or an HDF5 object's name.
        json_bytes: Size of one JSON document, unpacked.
        yaml_bytes: Size of a YAML document.
        json_depth: Nesting of JSON (YAML) arrays and objects.
        json_nodes: Values in one JSON (YAML) document.
        inflated_bytes: Bytes unpacked from one archive: documents and compressed weights.
        ratio: Unpacked to packed size of one compressed member.
        hdf5_objects: Groups, datasets and links of one HDF5 file.
        hdf5_depth: Nesting of HDF5 groups.
        hdf5_attribute_bytes: Attribute values of one HDF5 file, together.
        protobuf_bytes: Size of ``saved_model.pb``, ``keras_metadata.pb``, ``variables.index``.
        protobuf_nodes: Nodes of one SavedModel.
        objects: Saved objects of one file.
        value_elements: Elements of one tensor whose values are asked for: statistics, not kernels.
        value_bytes: Bytes read or unpacked for the values of all tensors of one call.
        findings_per_rule: Findings of one rule in one file; the rest is summed up.
        seconds: Wall time of one file in a scan, its sha256 not counted; 0: any. `scan` keeps it,
            where the system lets it, and `read` does not.
        memory_bytes: Memory that a process may take for one file in a scan, beyond what it has;
            0: any. Kept likewise, on Linux.
    """

    archive_members: int = 10_000
    directory_bytes: int = 16 * MIB
    unlisted_bytes: int = 256 * MIB
    nested_depth: int = 3
    name_bytes: int = 4 * KIB
    json_bytes: int = 16 * MIB
    yaml_bytes: int = 2 * MIB
    json_depth: int = 200
    json_nodes: int = 2_000_000
    inflated_bytes: int = 64 * MIB
    ratio: int = 100
    hdf5_objects: int = 200_000
    hdf5_depth: int = 64
    hdf5_attribute_bytes: int = 64 * MIB
    protobuf_bytes: int = 256 * MIB
    protobuf_nodes: int = 200_000
    objects: int = 200_000
    value_elements: int = 4_096
    value_bytes: int = 1 * MIB
    findings_per_rule: int = 1_000
    seconds: float = 60.0
    memory_bytes: int = 2 * GIB


DEFAULT_LIMITS = Limits()

"""The harvest, on packages of a few lines that look like Keras."""

import tarfile
import zipfile
from io import BytesIO
from pathlib import Path
from textwrap import dedent

import pytest

from kerasscan.catalog.harvest.census import Census
from kerasscan.catalog.harvest.library import Library
from kerasscan.catalog.harvest.names import merge_names
from kerasscan.catalog.harvest.snapshot import Snapshot
from kerasscan.catalog.harvest.source import Source, read_source
from kerasscan.catalog.tree import Tree

LAYER = """
    from keras.src.api_export import keras_export
    from keras.src.saving.keras_saveable import KerasSaveable

    @keras_export(["keras.Layer", "keras.layers.Layer"])
    class Layer(KerasSaveable):
        def __init__(self, *, activity_regularizer=None, trainable=True, name=None, **kwargs):
            shape = kwargs.pop("input_shape", None)
            if kwargs:
                raise ValueError("unrecognized")

        def get_config(self):
            config = {"name": self.name, "trainable": self.trainable}
            if self.activity_regularizer is not None:
                config["activity_regularizer"] = self.activity_regularizer
            return config
"""
DENSE = """
    from keras.src.api_export import keras_export
    from keras.src.layers.layer import Layer

    @keras_export(["keras.layers.Dense", "keras.layers.FullyConnected"])
    class Dense(Layer):
        def __init__(self, units, use_bias=True, lora_rank=None, **kwargs):
            if "input_dim" in kwargs:
                raise ValueError("no longer")
            super().__init__(name="fixed", **kwargs)

        def get_config(self):
            base_config = super().get_config()
            config = {"units": self.units, "use_bias": self.use_bias}
            if self.lora_rank:
                config["lora_rank"] = self.lora_rank
            return {**base_config, **config}

        @classmethod
        def from_config(cls, config):
            config.pop("quantization_config", None)
            return cls(**config)

    class Open(Layer):
        def __init__(self, **kwargs):
            self.options = kwargs

        def get_config(self):
            config = super().get_config()
            for key, value in self.options.items():
                config[key] = value
            del config["trainable"]
            return config
"""
INITIALIZERS = """
    from keras.src.initializers.random import GlorotUniform
    from keras.src.utils.naming import to_snake_case

    ALL_OBJECTS = {GlorotUniform}
    ALL_OBJECTS_DICT = {cls.__name__: cls for cls in ALL_OBJECTS}
    ALL_OBJECTS_DICT.update({to_snake_case(cls.__name__): cls for cls in ALL_OBJECTS})
    ALL_OBJECTS_DICT.update({"uniform": GlorotUniform})
"""
GLOROT = """
    from keras.src.api_export import keras_export

    class Initializer:
        def from_config(cls, config):
            return cls(**config)

    @keras_export("keras.initializers.GlorotUniform")
    class GlorotUniform(Initializer):
        def __init__(self, seed=None):
            self.seed = seed
"""


def _source(modules: dict[str, str]) -> Source:
    """A release made of these modules, packages where another module stands inside."""
    packages = {name for name in modules if any(m.startswith(f"{name}.") for m in modules)}
    texts = {name: dedent(text) for name, text in modules.items()}
    return Source("keras", "3.99.0", "none.whl", "0" * 64, None, texts, frozenset(packages))


@pytest.fixture
def library() -> Library:
    return Library(
        _source(
            {
                "keras.src.ops": "",
                "keras.src.saving.keras_saveable": "class KerasSaveable: pass",
                "keras.src.layers": "from keras.src.layers.dense import *",
                "keras.src.layers.layer": LAYER,
                "keras.src.layers.dense": DENSE,
                "keras.src.initializers": INITIALIZERS,
                "keras.src.initializers.random": GLOROT,
                "keras.src.applications.convnext": """
                    from keras.src.layers.layer import Layer
                    class LayerScale(Layer): pass
                """,
            }
        )
    )


@pytest.fixture
def facts(library: Library) -> Tree:
    return Snapshot(library).take()


def test_a_class_is_keyed_by_its_first_public_path(facts: Tree) -> None:
    assert set(facts["layers"]) == {"keras.Layer", "keras.layers.Dense", "~.layers.dense.Open"}
    assert set(facts["layers"]["keras.layers.Dense"]["aliases"]) == {"keras.layers.FullyConnected"}
    assert set(facts["layers"]["keras.layers.Dense"]["module"]) == {"~.layers.dense"}


def test_arguments_come_through_the_base_class(facts: Tree) -> None:
    dense = facts["layers"]["keras.layers.Dense"]
    own = {"units", "use_bias", "lora_rank"}
    assert set(dense["args"]) == own | {"activity_regularizer", "trainable", "input_shape"}
    assert set(dense["required"]) == {"units"}
    assert dense["args"]["use_bias"] == {"True": {}}
    assert set(dense["flags"]) == {"saveable"}


def test_an_argument_named_only_to_be_refused_is_not_accepted(facts: Tree) -> None:
    assert "input_dim" not in facts["layers"]["keras.layers.Dense"]["args"]


def test_keyword_arguments_that_go_nowhere_are_swallowed(facts: Tree) -> None:
    assert "swallows" in facts["layers"]["~.layers.dense.Open"]["flags"]


def test_what_get_config_writes(facts: Tree) -> None:
    dense = facts["layers"]["keras.layers.Dense"]
    assert set(dense["emits"]) == {"name", "trainable", "units", "use_bias"}
    assert set(dense["emits_maybe"]) == {"activity_regularizer", "lora_rank"}
    written = facts["layers"]["~.layers.dense.Open"]
    assert set(written["emits"]) == {"name"}
    assert "emits_more" in written["flags"]


def test_a_from_config_of_its_own_is_named_with_the_keys_it_reads(facts: Tree) -> None:
    dense = facts["layers"]["keras.layers.Dense"]
    assert dense["from_config"] == {"Dense": {"quantization_config": {}}}
    assert "from_config" not in facts["layers"]["keras.Layer"]


def test_tables_are_read_as_the_statements_fill_them(facts: Tree) -> None:
    target: Tree = {"keras.initializers.GlorotUniform": {}}
    names = ("GlorotUniform", "glorot_uniform", "uniform")
    assert facts["tables"]["initializer"] == dict.fromkeys(names, target)


def test_layers_of_applications_are_counted_apart(library: Library, facts: Tree) -> None:
    names = Census(library).take()
    assert names["class"]["application_private"] == ["LayerScale"]
    assert not any("LayerScale" in key for key in facts["layers"])


def test_a_table_filled_inside_a_function_is_read() -> None:
    library = Library(
        _source(
            {
                "keras.layers": "",
                "keras.layers.core": """
                    from keras.engine.base_layer import Layer
                    class Dense(Layer): pass
                    class Helper: pass
                """,
                "keras.engine.base_layer": "class Layer: pass",
                "keras.layers.serialization": """
                    from keras.layers import core
                    ALL_MODULES = (core,)
                    def populate_deserializable_objects():
                        from keras.engine.base_layer import Layer as L
                        generic_utils.populate_dict_with_module_objects(
                            LOCAL.ALL_OBJECTS, ALL_MODULES,
                            obj_filter=lambda x: issubclass(x, base_cls))
                        LOCAL.ALL_OBJECTS["Old"] = L
                        if tf.__internal__.tf2.enabled():
                            LOCAL.ALL_OBJECTS["Which"] = core.Dense
                        else:
                            LOCAL.ALL_OBJECTS["Which"] = L
                """,
            }
        )
    )
    table = Snapshot(library).take()["tables"]["layer"]
    assert set(table) == {"Dense", "Layer", "Old", "Which"}
    assert set(table["Which"]) == {"~.layers.core.Dense"}


def test_a_class_registered_by_keras_itself_is_counted() -> None:
    text = """
        @register_keras_serializable()
        class Adam(Optimizer): pass
        @keras.saving.register_keras_serializable(package="keras", name="sgd")
        class SGD(Optimizer): pass
    """
    names = Census(Library(_source({"keras.optimizers": text}))).take()
    assert names["registered"]["any"] == ["Custom>Adam", "keras>sgd"]


def test_names_carry_their_first_and_last_release_by_line() -> None:
    censuses = [
        ("keras", version, {"class": {"layer": ["Dense"]}}) for version in ("3.9.0", "3.10.0")
    ]
    text = merge_names([*censuses, ("tensorflow-cpu", "2.4.4", {"class": {"layer": ["Dense"]}})])
    assert '"Dense":["tf.keras 2.4.4 2.4.4", "keras3 3.9.0 3.10.0"]' in text


def test_a_wheel_is_read_without_its_tests(tmp_path: Path) -> None:
    wheel = tmp_path / "keras-3.99.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in ("keras/__init__.py", "keras/src/a.py", "keras/src/a_test.py", "other/b.py"):
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 0, 0, 0)), "x = 1")
    source = read_source(wheel, "keras", "3.99.0")
    assert set(source.modules) == {"keras", "keras.src.a"}
    assert source.packages == {"keras"}
    assert (source.file_name, source.date) == (wheel.name, "2024-05-06")


def test_an_sdist_is_read_below_its_top_folder(tmp_path: Path) -> None:
    sdist = tmp_path / "Keras-1.0.0.tar.gz"
    with tarfile.open(sdist, "w:gz") as archive:
        member = tarfile.TarInfo("Keras-1.0.0/keras/models.py")
        member.size = 5
        archive.addfile(member, BytesIO(b"x = 1"))
    source = read_source(sdist, "keras", "1.0.0")
    assert set(source.modules) == {"keras.models"}
    assert source.date is None


def test_tensorflow_is_read_only_where_keras_reaches(tmp_path: Path) -> None:
    wheel = tmp_path / "tensorflow.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tensorflow_core/python/keras/layers/core.py", "x = 1")
        archive.writestr("tensorflow_core/python/client/session.py", "x = 1")
    assert set(read_source(wheel, "tensorflow", "2.0.4").modules) == {
        "tensorflow.python.keras.layers.core"
    }

"""Which classes and functions are found, and what they descend from."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasscan.model.objects import Role
from kerasscan.model.source import Parameter, Spot
from kerasscan.source import read_source
from tests.source.written import classes, functions, read, write


@pytest.mark.parametrize(
    ("imports", "base", "role"),
    [
        ("import keras", "keras.layers.Layer", Role.LAYER),
        ("import keras", "keras.Layer", Role.LAYER),
        ("import keras", "keras.layers.Dense", Role.LAYER),
        ("import keras", "keras.Model", Role.MODEL),
        ("import keras", "keras.layers.LSTMCell", Role.CELL),
        ("import keras", "keras.layers.AbstractRNNCell", Role.CELL),
        ("import keras", "keras.initializers.Initializer", Role.INITIALIZER),
        ("import keras", "keras.regularizers.Regularizer", Role.REGULARIZER),
        ("import keras", "keras.constraints.Constraint", Role.CONSTRAINT),
        ("import keras", "keras.losses.Loss", Role.LOSS),
        ("import keras", "keras.Loss", Role.LOSS),
        ("import keras", "keras.metrics.Mean", Role.METRIC),
        ("import keras", "keras.optimizers.Adam", Role.OPTIMIZER),
        ("import keras", "keras.optimizers.schedules.LearningRateSchedule", Role.SCHEDULE),
        ("import keras", "keras.Operation", Role.OPERATION),
        ("import keras", "keras.DTypePolicy", Role.DTYPE_POLICY),
        ("import keras", "keras.mixed_precision.Policy", Role.DTYPE_POLICY),
        ("import keras", "keras.quantizers.Quantizer", Role.QUANTIZER),
        ("import keras", "keras.callbacks.Callback", Role.OTHER),
        ("import tensorflow as tf", "tf.keras.layers.Layer", Role.LAYER),
        ("import tensorflow as tf", "tf.keras.Sequential", Role.MODEL),
        ("import tensorflow as tf", "tf.losses.Loss", Role.LOSS),
        ("import tensorflow.compat.v1 as tf", "tf.keras.layers.Layer", Role.LAYER),
        ("from tensorflow import keras", "keras.layers.Layer", Role.LAYER),
        ("from tensorflow.keras import layers as L", "L.Layer", Role.LAYER),
        ("from keras.layers import Layer as Base", "Base", Role.LAYER),
        ("import tf_keras", "tf_keras.layers.Layer", Role.LAYER),
        ("import keras_core", "keras_core.layers.Layer", Role.LAYER),
        ("from keras.engine.topology import Layer", "Layer", Role.LAYER),
        ("from keras.engine.base_layer import Layer", "Layer", Role.LAYER),
        ("from tensorflow.python.keras.engine.base_layer import Layer", "Layer", Role.LAYER),
        ("from keras.src.layers.layer import Layer", "Layer", Role.LAYER),
        ("from keras.layers import *", "Layer", Role.LAYER),
        ("from tensorflow.keras.layers import *", "Layer", Role.LAYER),
        ("from keras.layers import *\nfrom keras.models import *", "Model", Role.MODEL),
        ("from keras.layers import *\nfrom keras.models import *", "Dense", Role.LAYER),
        ("import tensorflow as tf\nLayer = tf.keras.layers.Layer", "Layer", Role.LAYER),
        ("import keras\nL = keras.layers", "L.Layer", Role.LAYER),
        (
            "try:\n from keras import Layer\nexcept ImportError:\n Layer = object",
            "Layer",
            Role.LAYER,
        ),
        ("import keras\nif True:\n from keras import layers as x", "x.Layer", Role.LAYER),
        ("import six, keras", "six.with_metaclass(Meta, keras.layers.Layer)", Role.LAYER),
        ("import keras\nfrom typing import Generic", "keras.layers.Layer[int]", Role.LAYER),
        ("import keras_hub", "keras_hub.layers.TransformerEncoder", Role.LAYER),
    ],
)
def test_a_class_of_keras_is_known_in_every_spelling(
    tmp_path: Path, imports: str, base: str, role: Role
) -> None:
    found = classes(read(tmp_path, f"{imports}\nclass Own({base}):\n    pass\n"))
    assert found["Own"].role is role


@pytest.mark.parametrize(
    ("imports", "base"),
    [
        ("import torch", "torch.nn.Module"),
        ("import keras\nclass Layer: pass", "Layer"),
        ("from numpy import *\nfrom keras.layers import *", "Something"),
        ("from keras.callbacks import *", "Layer"),
        ("import keras", "Layer"),
        ("import keras", "make(keras.layers.Layer)"),
        ("import tensorflow as tf", "tf.Module"),
    ],
)
def test_another_class_has_no_role(tmp_path: Path, imports: str, base: str) -> None:
    own = classes(read(tmp_path, f"{imports}\nclass Own({base}):\n    pass\n"))["Own"]
    assert (own.role, own.keras_base) == (None, None)


def test_bases_are_dotted_names(tmp_path: Path) -> None:
    text = """
        from tensorflow.keras import layers as L
        class A(L.Layer): pass
        class B(A, Mixin, make()): pass
    """
    found = classes(read(tmp_path, text))
    assert found["A"].bases == ("tensorflow.keras.layers.Layer",)
    assert found["B"].bases == ("custom.A", "Mixin", "?")
    assert found["B"].role is Role.LAYER


@pytest.mark.parametrize(
    "imports",
    [
        "from .base import Base",
        "from .base import Base as Other\nBase = Other",
        "from my_pkg.base import Base",
        "from . import base\nBase = base.Base",
        "import my_pkg.base\nBase = my_pkg.base.Base",
        "import my_pkg.base as b\nBase = b.Base",
        "from my_pkg import Base",
        "from .base import *",
        "from .inner.deep import Base",
    ],
)
def test_ancestors_are_followed_across_modules(tmp_path: Path, imports: str) -> None:
    files = {
        "my_pkg/__init__.py": "from .base import Base\n",
        "my_pkg/base.py": "import keras\nclass Base(keras.layers.Layer): pass\n",
        "my_pkg/inner/__init__.py": "",
        "my_pkg/inner/deep.py": "from ..base import Base as B\nBase = B\n",
        "my_pkg/own.py": f"{imports}\nclass Own(Base): pass\n",
    }
    own = classes(read_source([write(tmp_path, files)]))["Own"]
    assert (own.role, own.module, own.keras_base) == (Role.LAYER, "my_pkg.own", "Layer")
    assert own.bases == ("my_pkg.base.Base",)


def test_folders_without_an_init_are_packages_too(tmp_path: Path) -> None:
    source = read(
        tmp_path,
        "",
        pkg__parts="import keras\nclass Base(keras.layers.Layer): pass\n",
        pkg__a="import pkg.parts\nclass A(pkg.parts.Base): pass\n",
        pkg__b="from pkg import parts as p\nclass B(p.Base): pass\n",
    )
    assert {d.role for d in classes(source).values()} == {Role.LAYER}


def test_a_module_beside_a_script_is_found(tmp_path: Path) -> None:
    source = read(
        tmp_path,
        "",
        scripts__parts="import keras\nclass Base(keras.layers.Layer): pass\n",
        scripts__train="from parts import Base\nclass Own(Base): pass\n",
        src__lib__deep="from lib.other import Other\nclass Far(Other): pass\n",
        src__lib__other="import keras\nclass Other(keras.Model): pass\n",
    )
    assert classes(source)["Own"].role is Role.LAYER
    assert classes(source)["Far"].role is Role.MODEL
    assert classes(source)["Far"].module == "lib.deep"


def test_classes_and_functions_are_found_at_every_level(tmp_path: Path) -> None:
    text = """
        import keras
        class Outer:
            class Inner(keras.layers.Layer):
                def call(self, x):
                    def local(y): return y
                    return local(x)
            @staticmethod
            def of_no_self(y): return y
        def make():
            from keras import layers
            class Made(layers.Layer): pass
            return Made
        try:
            def act(x): return x
        except ImportError:
            pass
        async def never(x): return x
        swish = lambda x: x
    """
    source = read(tmp_path, text)
    assert {name: d.role for name, d in classes(source).items()} == {
        "Outer": None,
        "Outer.Inner": Role.LAYER,
        "make.Made": Role.LAYER,
    }
    assert functions(source) == [
        "Outer.Inner.call.local",
        "Outer.of_no_self",
        "make",
        "act",
        "swish",
    ]
    assert classes(source)["make.Made"].spot == Spot("custom.py", 12)


def test_a_class_that_descends_from_itself_is_no_trouble(tmp_path: Path) -> None:
    found = classes(read(tmp_path, "import keras\nclass A(B): pass\nclass B(A): pass\n"))
    assert found["A"].role is None


@pytest.mark.parametrize(
    ("body", "parameters", "takes_any"),
    [
        ("def __init__(self, a, b=1): pass", [("a", True), ("b", False)], False),
        (
            "def __init__(self, a, *, b, c=1, **kw): pass",
            [("a", True), ("b", True), ("c", False)],
            True,
        ),
        ("def __init__(self): pass", [], False),
        ("pass", None, False),
        ("__init__ = other", None, False),
    ],
)
def test_a_constructor_has_its_parameters(
    tmp_path: Path, body: str, parameters: list[tuple[str, bool]] | None, takes_any: bool
) -> None:
    text = f"import keras\nclass Own(keras.layers.Layer):\n    {body}\n"
    own = classes(read(tmp_path, text))["Own"]
    told = None if parameters is None else tuple(Parameter(*p) for p in parameters)
    assert (own.parameters, own.takes_any) == (told, takes_any)


def _names(parameters: tuple[Parameter, ...] | None) -> list[str] | None:
    return None if parameters is None else [p.name for p in parameters]


def test_a_constructor_has_what_it_passes_on(tmp_path: Path) -> None:
    text = """
        import keras
        class Base(keras.layers.Layer):
            def __init__(self, units, rate=0.5, **kwargs): super().__init__(**kwargs)
        class Inherits(Base): pass
        class Passes(Base):
            def __init__(self, extra, **kwargs): super().__init__(**kwargs)
        class OldPasses(Base):
            def __init__(self, extra, **kw): super(OldPasses, self).__init__(**kw)
        class Older(Base):
            def __init__(self, extra, **kw): Base.__init__(self, 3, **kw)
        class Gives(Base):
            def __init__(self, extra, **kwargs): super().__init__(units=3, **kwargs)
        class Keeps(Base):
            def __init__(self, extra, **kwargs): super().__init__(3)
        class All(Base):
            def __init__(self, *args, **kwargs): super().__init__(*args, **kwargs)
    """
    found = classes(read(tmp_path, text))
    assert {name: _names(d.parameters) for name, d in found.items()} == {
        "Base": ["units", "rate"],
        "Inherits": ["units", "rate"],
        "Passes": ["extra", "units", "rate"],
        "OldPasses": ["extra", "units", "rate"],
        "Older": ["extra", "rate"],
        "Gives": ["extra", "rate"],
        "Keeps": ["extra"],
        "All": ["units", "rate"],
    }
    assert all(d.takes_any for d in found.values())


def test_a_constructor_that_a_decorator_writes_is_not_told(tmp_path: Path) -> None:
    text = """
        import attr, keras
        from dataclasses import dataclass
        @dataclass(frozen=True)
        class A: x: int = 1
        @attr.s
        class B: x = 1
        class C: pass
    """
    found = classes(read(tmp_path, text))
    assert [found[n].parameters for n in "ABC"] == [None, None, ()]

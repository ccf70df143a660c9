"""What a model file has reason to name: an allowlist by the role that a name plays.

Keras keeps lists of names that a file must not use, and every release found more of them. Here the
question is turned round: a reference to a function is ordinary when some release ships it as an
activation, a loss, an initializer, an operation, ... Whatever else it names is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from sys import stdlib_module_names
from typing import Final

from kerasscan.catalog.contents import contents_of
from kerasscan.catalog.releases import Release, releases
from kerasscan.catalog.shipped import Shipped
from kerasscan.model.hazard import Hazard, HazardKind

_KINDS: Final = frozenset(
    {
        "activation",
        "constraint",
        "initializer",
        "loss",
        "metric",
        "operation",
        "quantizer",
        "regularizer",
    }
)
"""Kinds of the catalog that a function in a model may be of. All that they do is compute."""

_LOOKUPS: Final = frozenset({"deserialize", "get", "serialize"})
"""Functions in the same modules that make objects out of what they are given."""

KERAS: Final = frozenset({"keras", "tf_keras"})
"""Packages of Keras itself."""

_PUBLIC: Final = frozenset(
    f"keras.{module}"
    for module in (
        "activations", "constraints", "initializers", "losses", "metrics", "ops", "quantizers",
        "regularizers",
    )
)  # fmt: skip
"""Public modules that hold nothing else than what a model may name: what a release later than all
known ones adds to them is no news to this room."""

_KERAS_WITHIN: Final = ("tensorflow.keras", "tensorflow.python.keras", "tensorflow_core.keras")

_STUBS: Final = ("keras.optimizers",)
"""Modules that keep the names of classes that are gone, so that a load says so."""

_WRAPPERS: Final = frozenset({"op_dispatch_handler"})
"""What TensorFlow 2.12 writes for each of its operations: the name of the function around them."""

_BESIDE: Final = frozenset(
    (
        "IPython", "PIL", "_distutils_hack", "absl", "aiohttp", "astunparse", "boto3", "botocore",
        "cffi", "cloudpickle", "cv2", "dask", "datasets", "dill", "distributed", "docker", "flask",
        "fsspec", "gast", "google", "grpc", "h5py", "httpx", "huggingface_hub", "imageio",
        "ipykernel", "jinja2", "joblib", "jsonpickle", "jupyter", "llvmlite", "markdown",
        "matplotlib", "ml_dtypes", "mlflow", "namex", "nltk", "nose", "notebook", "numba",
        "numexpr", "optree", "orbax", "pandas", "paramiko", "pip", "pkg_resources", "polars",
        "psutil", "py", "pyarrow",
        "pydantic", "pygments", "pytest", "ray", "requests", "rich", "setuptools", "sh", "six",
        "sklearn", "spacy", "sqlalchemy", "sympy", "tensorboard", "termcolor", "tornado", "tqdm",
        "transformers", "urllib3", "wandb", "werkzeug", "wheel", "wrapt", "yaml", "zmq",
    )
)  # fmt: skip
"""Packages that are installed where models are loaded, and that register nothing with Keras."""

_NUMERIC: Final = frozenset({"jax", "numpy", "scipy", "tensorflow", "tensorflow_core", "torch"})
"""Packages whose functions mostly compute, and partly read files or run what they are given."""

_OF_KERAS: Final = (HazardKind.SAFE_MODE_SWITCH, HazardKind.UTILITY_REFERENCE)

_PYTHON_NUMBERS: Final = frozenset(
    {"abs", "all", "any", "bool", "complex", "divmod", "float", "hash", "int", "len", "max", "min"}
    | {"pow", "range", "reversed", "round", "sorted", "sum", "tuple", "zip"}
)
"""Functions of Python that only compute; custom functions bear such names too."""


class Standing(StrEnum):
    """What is to be thought of a module and a name in it."""

    ORDINARY = "ordinary"
    """A model has reason to name it."""
    UTILITY = "utility"
    """It is Keras' own, and no part of a model."""
    FOREIGN = "foreign"
    """It is of Python's library, or of a package that has nothing to give to a model."""
    CUSTOM = "custom"
    """It is somebody's own; the registration rules speak of it."""


@cache
def standing(module: str, name: str, *, is_function: bool) -> Standing:
    """Return what is to be thought of a reference.

    Args:
        module: As in the file.
        name: Of the function, or of the class.
        is_function: Whether the file says that it is a function.
    """
    root = module.partition(".")[0]
    if is_keras(module):
        return _of_keras(module, name, is_function=is_function)
    if root == "builtins":
        return _of_python(name)
    if root in _NUMERIC:
        return _of_numeric(name, is_function=is_function)
    if root in stdlib_module_names or root in _BESIDE:
        return Standing.FOREIGN
    return Standing.CUSTOM


def is_keras(module: str) -> bool:
    """Whether a module is of Keras itself, in any of its packages."""
    return module.partition(".")[0] in KERAS or module.startswith(_KERAS_WITHIN)


def _of_python(name: str) -> Standing:
    """Files name custom functions with the module ``builtins`` too."""
    import builtins

    if name in _PYTHON_NUMBERS or not hasattr(builtins, name):
        return Standing.CUSTOM
    return Standing.FOREIGN


def _of_numeric(name: str, *, is_function: bool) -> Standing:
    if not is_function or name in _WRAPPERS:
        return Standing.CUSTOM
    from kerasscan.bytecode.numeric import is_numeric_name

    return Standing.CUSTOM if is_numeric_name(name) else Standing.FOREIGN


def _of_keras(module: str, name: str, *, is_function: bool) -> Standing:
    found = next(_shipped(module, name), None)
    if not is_function:
        is_api = found is not None and found.kind in ("class", "function")
        is_utility = is_api and not module.startswith(_STUBS)
        return Standing.UTILITY if is_utility else Standing.ORDINARY
    if name in _LOOKUPS:
        return Standing.UTILITY
    if any(each.kind in _KINDS for each in _shipped(module, name)):
        return Standing.ORDINARY
    return Standing.ORDINARY if found is None and module in _PUBLIC else Standing.UTILITY


def is_absent(hazard: Hazard, release: Release) -> bool:
    """Whether a release of Keras lacks a function of Keras that a file names.

    What no release ships under its name is private: it is there as far as its module is.
    """
    module, _, name = hazard.subject.rpartition(".")
    if hazard.kind not in _OF_KERAS or not is_keras(module):
        return False
    contents = contents_of(release.known)
    real = module
    if release.line == "tf-keras" and module.startswith("keras"):
        real = f"tf_{module}"
    if contents.by_path(f"{real}.{name}") or contents.by_path(hazard.subject):
        return False
    is_known = next(_shipped(module, name), None) is not None
    return is_known or not contents.has_module(real)


def _shipped(module: str, name: str) -> Iterator[Shipped]:
    """Yield what the releases ship at a path, the newest of each line first."""
    path = f"{module}.{name}"
    for release in _by_line():
        found = contents_of(release.known).by_path(path)
        if found is not None:
            yield found


@cache
def _by_line() -> tuple[Release, ...]:
    """All releases, the newest of each line first: nearly everything is found there."""
    newest = {release.line: release for release in releases()}
    rest = [release for release in reversed(releases()) if release not in newest.values()]
    return (*reversed(newest.values()), *rest)

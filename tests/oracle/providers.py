"""Say what a package registers with Keras, and which of its classes it leaves unregistered.

``PYTHONPATH=PLACE PYTHON tests/oracle/providers.py API MODULE [--deep]``: PYTHON is that of an
environment with the Keras (``python -m tests.oracle.environments tensorflow==2.15 --dir DIR``
prints it), PLACE holds the package (``pip install --no-deps --target PLACE tensorflow-addons``),
API is ``keras``, ``tensorflow.keras`` or ``tf_keras``, MODULE what is imported:
``tensorflow_addons``. With ``--deep`` every module below is imported too. Prints one line for each
object, to compare with ``rules/providers.toml``: ``registered`` with the name of files, or
``unregistered``, then where it is defined, and ``deep`` where importing MODULE alone does not
bring it. Runs alone, under Python 3.7 and later: it imports nothing of this project.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

BASES = (
    ("layers", "Layer"),
    ("models", "Model"),
    ("losses", "Loss"),
    ("metrics", "Metric"),
    ("optimizers", "Optimizer"),
    ("optimizers.legacy", "Optimizer"),
    ("optimizers.schedules", "LearningRateSchedule"),
    ("initializers", "Initializer"),
    ("regularizers", "Regularizer"),
    ("constraints", "Constraint"),
)


def main(arguments: list[str]) -> int:
    """Import, compare, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("api")
    parser.add_argument("module")
    parser.add_argument("--deep", action="store_true")
    asked = parser.parse_args(arguments)
    api = importlib.import_module(asked.api)
    before = set(api.utils.get_custom_objects())
    module = importlib.import_module(asked.module)
    print(f"version {getattr(module, '__version__', '?')}")
    first = set(_found(api, asked.module, before))
    if asked.deep:
        _import_all_below(module)
    for line in sorted(set(_found(api, asked.module, before))):
        print(line if line in first else f"{line} deep")
    return 0


def _found(api: Any, root: str, before: set[str]) -> Iterator[str]:
    ours = api.utils.get_custom_objects()
    registered = {name: thing for name, thing in ours.items() if name not in before}
    for name, thing in registered.items():
        yield f"registered {name} {_place(thing)}"
    known = {id(thing) for thing in registered.values()}
    bases = tuple(_bases(api))
    for name in [name for name in sys.modules if name == root or name.startswith(f"{root}.")]:
        for thing in list(vars(sys.modules[name]).values()):
            is_own = inspect.isclass(thing) and thing.__module__ == name
            if is_own and id(thing) not in known and issubclass(thing, bases):
                yield f"unregistered - {_place(thing)}"


def _bases(api: Any) -> Iterator[type]:
    for path, name in BASES:
        found = api
        for part in [*path.split("."), name]:
            found = getattr(found, part, None)
        if inspect.isclass(found):
            yield found


def _place(thing: Any) -> str:
    module = getattr(thing, "__module__", "?")
    return f"{module}.{getattr(thing, '__qualname__', type(thing).__name__)}"


def _import_all_below(module: Any) -> None:
    """Import every module of a package, and say which ones cannot be."""
    places = getattr(module, "__path__", ())
    names = pkgutil.walk_packages(places, f"{module.__name__}.", onerror=lambda name: None)
    for each in names:
        if each.name.endswith("_test") or ".tests" in each.name:
            continue
        try:
            importlib.import_module(each.name)
        except (Exception, SystemExit) as error:
            print(f"failed {each.name} {type(error).__name__}: {str(error)[:100]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

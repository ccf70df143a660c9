"""Keyword names of Keras 1 that Keras 2.0 to 2.3 still understands.

There `__init__` is decorated with the product of `generate_legacy_interface(conversions=[(old,
new), ...])` (keras/legacy/interfaces.py). What its `preprocessor` functions accept beyond that,
such as `nb_row` and `nb_col` for `kernel_size`, is not told by a table and not read.
"""

import ast

from kerasscan.catalog.harvest.definitions import Assignment, ClassDefinition
from kerasscan.catalog.harvest.kinds import Kinds
from kerasscan.catalog.harvest.library import Library
from kerasscan.catalog.harvest.syntax import last_name
from kerasscan.catalog.tree import Tree


def renamed_arguments(library: Library, kinds: Kinds, definition: ClassDefinition) -> Tree:
    """Old name -> new name, for the constructor that a class uses."""
    for owner in kinds.mro(definition):
        method = owner.members.get("__init__")
        if isinstance(method, ast.FunctionDef):
            found: Tree = {}
            for decorator in method.decorator_list:
                target = library.resolve(owner.module, decorator)
                if isinstance(target, Assignment) and isinstance(target.value, ast.Call):
                    found |= _conversions(target.value)
            return found
    return {}


def _conversions(call: ast.Call) -> Tree:
    found: Tree = {}
    if last_name(call.func) == "generate_legacy_interface":
        for pair in (
            element
            for keyword in call.keywords
            if keyword.arg == "conversions" and isinstance(keyword.value, ast.List)
            for element in keyword.value.elts
        ):
            match pair:
                case ast.Tuple(
                    elts=[ast.Constant(value=str() as old), ast.Constant(value=str() as new)]
                ):
                    found[old] = {new: {}}
    return found

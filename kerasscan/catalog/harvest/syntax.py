"""Small questions about expressions of Python's syntax tree."""

import ast

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def string_literals(node: ast.expr) -> list[str]:
    """The string, or the strings of the list or tuple, that an expression spells out."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return [text for element in elements for text in string_literals(element)]
    return []


def last_name(node: ast.expr) -> str:
    """`c` of `a.b.c`, `c` of `c`, else the empty string."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def literal_names(node: ast.expr) -> list[str]:
    """Strings of a list, tuple or set literal (or a call around one), or keys of a dict."""
    match node:
        case ast.Dict(keys=keys):
            return [text for key in keys if key for text in string_literals(key)]
        case ast.Call(func=ast.Name(id="set" | "frozenset" | "list" | "tuple"), args=[inner]):
            return literal_names(inner)
        case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
            return [keyword.arg for keyword in keywords if keyword.arg]
    return string_literals(node) if not isinstance(node, ast.Constant) else []

# -*- coding: utf-8 -*-
# ruff: noqa: C402, RUF015, UP009, UP010, UP020, UP028, UP031, UP036
# mypy: ignore-errors
# (Python 2.7 reads it too: annotations and newer idioms are no syntax there.)
"""Writes the payloads that the tests read: run once inside each Python, never in a test.

    python tests/bytecode/make.py payloads tests/bytecode/payloads.json
    python tests/bytecode/make.py reaching tests/bytecode/reaching.json
    python tests/bytecode/make.py opcodes kerasscan/bytecode/opcodes.json

Each run adds what its own Python says to the file and keeps the rest. Nothing is called: the
functions below are compiled, and their code objects marshalled. It runs in Python 2.7 and 3.6 to
3.13, so it is written in what these have in common.
"""

from __future__ import print_function

import base64
import io
import json
import marshal
import opcode
import sys

TEXT = type(b"".decode("ascii"))
VERSION = "%d.%d" % sys.version_info[:2]

EVERYWHERE = {
    "double": "f = lambda x: x * 2",
    "mean": "f = lambda x: K.mean(x, axis=1, keepdims=True)",
    "normalize": "f = lambda x: tf.nn.l2_normalize(x, axis=-1)",
    "slices": "f = lambda x: x[:, 1:, ::2]",
    "numbers": "f = lambda x: (x + 1.5, 3j, 2 ** 70, -2 ** 40, 1e300, -7, True, None, Ellipsis)",
    "big-number": "f = lambda x: x + %d" % 3**900,
    "text": "f = lambda x: (x, 'plain', u'gr\\u00fc\\u00df \\u4e2d \\U0001f600', b'\\x00\\xff')",
    "long-text": "f = lambda x: (x, %r, %r)" % ("a" * 300, "b" * 256),
    "sets": "f = lambda x: x in {'one', 'two', 3, (4, 'five', b'six')}",
    "same-names": "f = lambda x: (x.shape.shape, shape, 'shape', ('shape', 'shape'))",
    "nested": "def f(a, b=1, *args, **kwargs):\n"
    "    def inner(c):\n        return lambda d: (a, c, d, tf.abs(b), 'deep')\n"
    "    return inner(args)",
    "closure": "def outer(scale):\n    def f(x):\n        return x * scale\n    return f\n"
    "f = outer(3)",
    "generator": "def f(x):\n    for each in x:\n        yield each.value",
    "comprehension": "f = lambda xs: [tf.square(x) for x in xs if x is not None]",
    "imports": "def f(x):\n    import math\n    import os.path as p\n"
    "    from tensorflow.keras import backend as K\n    return K.exp(x) * math.pi",
    "relative": "def f(x):\n    from .. import losses\n    from ..deep.er import thing\n"
    "    return losses, thing",
    "class": "def f(x):\n    class Inner(object):\n        y = 1\n    return Inner",
    "try": "def f(x):\n    try:\n        return x.a\n    except ValueError as e:\n        raise\n"
    "    finally:\n        x.b()",
    "loop": "def f(x):\n    while x:\n        x -= 1\n        if x == 3:\n            continue\n"
    "        if x == 5:\n            break\n    else:\n        x = tf.zeros(3)\n    return x",
    "many-names": "def f(x):\n    return (%s)" % ", ".join("x.name_%d" % i for i in range(270)),
    "many-constants": "def f(x):\n    return [%s]" % ", ".join("x + %d.5" % i for i in range(260)),
    "many-variables": "def f(x):\n%s    return v0"
    % "".join("    v%d = x\n" % i for i in range(260)),
    "long-jump": "def f(x):\n    for i in x:\n%s    return x"
    % "".join("        x = tf.maximum(x, y.attribute)\n" for i in range(60)),
    "with": "def f(x):\n    with tf.name_scope('s') as s:\n        return x + s",
    "subscripts": "def f(x):\n    x[1] = x[0] + 1\n    x.total += 1\n    del x[2], x.y\n"
    "    return x[1:2], not x, -x, ~x, x if x else 0, x < 1 < 2, x in x, x is None",
    "empty": "def f():\n    pass",
    "global": "def f(x):\n    global counter\n    counter = x\n    del counter",
}
PYTHON2 = {
    "exec": "def f(x):\n    exec 'pass' in {}\n    return x",
    "print": "def f(x):\n    print x, 'text'\n    print >>x, 1",
    "backticks": "f = lambda x: `x`",
    "tuple-argument": "f = lambda (a, b), c: a * b + c",
    "long": "f = lambda x: x + 5L",
    "old-slices": "def f(x):\n    x[1:] = x[:2]\n    del x[:]\n    return x[1:2]",
}
PYTHON3 = {
    "keyword-only": "def f(a, *args, b, c=2, **kw):\n    return a, args, b, c, kw",
    "annotated": "def f(a: int, b: 'text' = 1) -> float:\n    c: int = a\n    return c",
    "formatted": "f = lambda x, w: f'{x!r:>{w}} and {x}'",
    "async": "async def f(x):\n    async with x as y:\n        await y\n"
    "    async for z in x:\n        print(z)\n    return [i async for i in x]",
    "async-generator": "async def f(x):\n    yield await x",
    "yield-from": "def f(x):\n    yield from x",
    "matmul": "f = lambda x, y: x @ y",
    "unpacking": "f = lambda x, y: (g(*x, **y), [*x, *y], {**x, **y}, {*x})",
    "star": "def f(x):\n    a, *b = x\n    return b",
    "unicode-name": "def f(gr\u00f6\u00dfe):\n    return gr\u00f6\u00dfe.h\u00f6he",
    "nonlocal": "def f(x):\n    n = 0\n    def g():\n        nonlocal n\n        n += x\n"
    "    return g",
    "super": "def f(x):\n    class A(B):\n        def call(self, y):\n"
    "            return super().call(y), __class__\n    return A",
    "assert": "def f(x):\n    assert x, 'why'\n    return {k: v for k, v in x}, {k for k in x}",
}
SINCE = {
    (3, 8): {
        "positional-only": "def f(a, b, /, c, *, d):\n    return a, b, c, d",
        "walrus": "f = lambda x: (y := x.size) + y",
    },
    (3, 10): {
        "match": "def f(x):\n    match x:\n        case {'key': v, **rest}:\n"
        "            return v, rest\n        case [1, *_]:\n            return 1\n"
        "        case Point(x=0):\n            return 2\n        case None | 'word':\n"
        "            return 3",
    },
    (3, 11): {
        "groups": "def f(x):\n    try:\n        x()\n    except* ValueError as e:\n        y(e)"
    },
    (3, 12): {"type-parameter": "def f[T](x: T) -> T:\n    type A = list[T]\n    return x"},
}


def sources():
    """Return name and text of what this Python can compile."""
    found = dict(EVERYWHERE)
    found.update(PYTHON2 if sys.version_info[0] == 2 else PYTHON3)
    for since, more in SINCE.items():
        if sys.version_info[:2] >= since:
            found.update(more)
    return found


def function_in(name, text):
    """Return the code object of the function or lambda that a text defines."""
    module = compile(text, "/model/%s.py" % name, "exec", 0, True)
    if name == "closure":
        inner = [c for c in module.co_consts if hasattr(c, "co_code")][0]
        module = inner
    found = [c for c in module.co_consts if hasattr(c, "co_code")]
    if name == "type-parameter":  # the function stands inside the scope of its parameters
        found = [c for c in found[0].co_consts if hasattr(c, "co_code") and c.co_name == "f"]
    return found[0]


def latin(text):
    """Return text, bytes as Latin-1."""
    return text.decode("latin-1") if isinstance(text, bytes) else text


def facts(code):
    """Return what the interpreter says of a code object."""
    count = code.co_argcount + getattr(code, "co_kwonlyargcount", 0)
    count += bool(code.co_flags & 4) + bool(code.co_flags & 8)
    nested = []
    for each in code.co_consts:
        if hasattr(each, "co_code") and each not in nested:
            nested.append(each)
    return {
        "name": latin(code.co_name),
        "qualname": latin(getattr(code, "co_qualname", code.co_name)),
        "filename": latin(code.co_filename),
        "first_line": code.co_firstlineno,
        "arguments": [latin(n) for n in code.co_varnames[:count]],
        "local_names": [latin(n) for n in code.co_varnames],
        "names": [latin(n) for n in code.co_names],
        "free_names": [latin(n) for n in code.co_freevars],
        "cell_names": sorted(latin(n) for n in code.co_cellvars),
        "strings": sorted(set(strings(code.co_consts))),
        "flags": code.co_flags,
        "imports": imports(code),
        "codes": [facts(each) for each in nested],
    }


def strings(constants):
    """Yield the strings among constants."""
    for each in constants:
        if isinstance(each, (bytes, TEXT)):
            yield latin(each)
        elif isinstance(each, (tuple, frozenset)):
            for text in strings(each):
                yield text


def imports(code):
    """Return the modules that `dis` sees imported."""
    if sys.version_info[0] == 2:
        return None
    import dis

    steps = [s for s in dis.get_instructions(code) if s.opname not in ("EXTENDED_ARG", "CACHE")]
    found = []
    for at, step in enumerate(steps):
        if step.opname == "IMPORT_NAME":
            found.append("." * steps[at - 2].argval + step.argval)
    return list(dict.fromkeys(found))


def payloads():
    """Return the payloads of this Python."""
    made = []
    for name, text in sorted(sources().items()):
        code = function_in(name, text)
        data = marshal.dumps(code)
        stored = base64.b64encode(data).decode("ascii")
        made.append({"name": name, "stored": stored, "facts": facts(code)})
    return made


NUMERIC = [
    "f = lambda x: x * 2",
    "f = lambda x: x[:, 0]",
    "f = lambda x: K.mean(x, axis=1)",
    "f = lambda x: tf.nn.l2_normalize(x, axis=-1)",
    "f = lambda x: K.int_shape(x)[1:]",
    "f = lambda x: tf.reshape(x, (-1, x.shape[1] * x.shape[2]))",
    "f = lambda x: tf.image.resize(x, (224, 224), method='bilinear')",
    "f = lambda x: keras.backend.l2_normalize(K.permute_dimensions(x, (0, 2, 1)))",
    "f = lambda x: tf.cast(x, 'float32') / 255.0",
    "f = lambda x: x.get_shape().as_list()[-1]",
    "f = lambda xs: K.concatenate([K.expand_dims(x) for x in xs])",
    "f = lambda x: tuple(max(0, d) for d in x.shape if isinstance(d, int))",
    "f = lambda x, y: np.sqrt(np.sum((x - y) ** 2, axis=-1, keepdims=True))",
    "def f(x):\n    import tensorflow as tf\n    return tf.math.reduce_max(x)",
    "def f(x):\n    from keras import backend as K\n    return K.sigmoid(x)",
    "def f(x):\n    'Open the system to eval os and import what is needed.'\n    return tf.abs(x)",
    "def f(x):\n    if len(x) != 2:\n        raise ValueError('two inputs')\n    return x[0]",
]
REACHING = [
    "f = lambda x: os.system('true')",
    "def f(x):\n    import os\n    return x",
    "def f(x):\n    import os.path\n    return x",
    "def f(x):\n    from subprocess import call\n    return x",
    "f = lambda x: __import__('os')",
    "f = lambda x: eval('1')",
    "f = lambda x: getattr(x, 'shape')",
    "f = lambda x: ().__class__.__bases__",
    "f = lambda x: x.__init__.__globals__",
    "f = lambda x: open('canary.txt')",
    "f = lambda x: tf.io.read_file('canary.txt')",
    "f = lambda x: tf.py_function(len, [x], tf.int32)",
    "f = lambda x: np.load('canary.npy')",
    "f = lambda x: np.ctypeslib",
    "f = lambda x: keras.utils.get_file('a', 'b')",
    "f = lambda x: keras.models.load_model('canary.h5')",
    "f = lambda x: tf.raw_ops.ReadFile(filename='canary.txt')",
    "f = lambda x: tf.load_op_library('canary.so')",
    "f = lambda x: (x, 'os')",
    "f = lambda x: (x, 'o' 's')",
    "f = lambda x: (x, ('a', ('__import__',)))",
    "f = lambda x: (x, b'subprocess')",
    "f = lambda x: (x, 'import os; os.getcwd()')",
    "f = lambda x: '{0.__class__}'.format(x)",
    "f = lambda x: [g for g in [lambda y: [z for z in globals()]]]",
    "f = lambda x: x.gi_frame.f_back",
    "def f(x):\n    def g():\n        def h():\n            return socket\n        return h\n"
    "    return g",
]
UNKNOWN = [
    "f = lambda x: my_own_function(x)",
    "f = lambda x: print_tensor(x)",
    "f = lambda x: x.undocumented",
    "f = lambda x: chr(x)",
    "def f(x):\n    import re\n    return x",
    "def f(x):\n    from . import losses\n    return losses",
    "def f(x):\n    from keras import my_addition\n    return x",
    "def f(x):\n    x.shape = 1\n    return x",
    "def f(x):\n    global mean\n    mean = x",
    "def f(x):\n    class Inner:\n        pass\n    return x",
]


def reaching():
    """Return small functions, and how far each reaches."""
    made = []
    for rank, texts in (("numeric", NUMERIC), ("system", REACHING), ("unknown", UNKNOWN)):
        for text in texts:
            stored = base64.b64encode(marshal.dumps(function_in("reach", text)))
            made.append({"source": text, "stored": stored.decode("ascii"), "rank": rank})
    return made


ACTIONS = {
    "STORE_GLOBAL": "global",
    "DELETE_GLOBAL": "global",
    "STORE_ATTR": "attribute",
    "DELETE_ATTR": "attribute",
    "EXEC_STMT": "exec",
    "IMPORT_STAR": "import *",
    "LOAD_BUILD_CLASS": "class",
    "BUILD_CLASS": "class",
    "PRINT_EXPR": "print",
    "PRINT_ITEM": "print",
    "PRINT_ITEM_TO": "print",
    "PRINT_NEWLINE": "print",
    "PRINT_NEWLINE_TO": "print",
}
SHIFTS = {"LOAD_GLOBAL": ((3, 11), 1), "LOAD_ATTR": ((3, 12), 1), "LOAD_SUPER_ATTR": ((3, 12), 2)}


def opcodes():
    """Return what this Python says of its instructions."""
    real = {
        name: number
        for name, number in opcode.opmap.items()
        if number < 256
        and not name.startswith(("INSTRUMENTED_", "ENTER_EXECUTOR", "RESERVED", "CACHE"))
    }
    caches = getattr(opcode, "_inline_cache_entries", {})
    if isinstance(caches, list):
        caches = dict((opcode.opname[i], n) for i, n in enumerate(caches))
    named = dict((number, name) for name, number in real.items())

    def shift(number):
        since, bits = SHIFTS.get(named[number], ((9, 9), 0))
        return bits if sys.version_info[:2] >= since else 0

    local = [n for n in opcode.haslocal if n in named]
    pairs = [n for n in local if named[n].count("FAST") == 2]
    return {
        "known": sorted(named),
        "first_argument": opcode.HAVE_ARGUMENT,
        "extended": opcode.EXTENDED_ARG,
        "import": real["IMPORT_NAME"],
        "intrinsics": real.get("CALL_INTRINSIC_1", -1),
        "small_int": real.get("LOAD_SMALL_INT", -1),
        "constants": sorted(n for n in opcode.hasconst if n in named),
        "names": dict((str(n), shift(n)) for n in sorted(opcode.hasname) if n in named),
        "locals": sorted(n for n in local if n not in pairs),
        "pairs": sorted(pairs),
        "cells": sorted(n for n in opcode.hasfree if n in named),
        "relative_jumps": sorted(n for n in opcode.hasjrel if n in named),
        "absolute_jumps": sorted(n for n in opcode.hasjabs if n in named),
        "actions": dict((str(real[n]), does) for n, does in sorted(ACTIONS.items()) if n in real),
        "caches": dict(
            (str(real[n]), count) for n, count in sorted(caches.items()) if count and n in real
        ),
    }


def main(kind, path):
    """Add what this Python says to a file."""
    with io.open(path, encoding="utf-8") as file:
        known = json.load(file)
    known[VERSION] = {"payloads": payloads, "reaching": reaching, "opcodes": opcodes}[kind]()
    ordered = sorted(known, key=lambda v: [int(n) for n in v.split(".")])
    lines = [
        "%s: %s" % (json.dumps(v), json.dumps(known[v], sort_keys=True, separators=(",", ":")))
        for v in ordered
    ]
    text = "{\n" + ",\n".join(lines).replace('"},{"', '"},\n{"') + "\n}\n"
    with io.open(path, "wb") as file:
        file.write(text.encode("ascii"))


if __name__ == "__main__":
    main(*sys.argv[1:])

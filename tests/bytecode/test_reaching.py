"""How far a code reaches, and the evidence."""

from __future__ import annotations

import marshal
import types

import pytest

from kerasscan.bytecode import is_numeric_name, reach, read_code
from kerasscan.bytecode.system_names import NAMES
from kerasscan.model.bytecode import Rank, Reach, StoredCode, Unreadable


def judged(source: str) -> Reach:
    """Compile the first function of a source with this Python, and judge it; nothing runs."""
    module = compile(source, "source.py", "exec")
    function = next(each for each in module.co_consts if isinstance(each, types.CodeType))
    return reach(read_code(marshal.dumps(function)))


def test_the_evidence_of_a_numeric_code_is_all_its_names() -> None:
    assert judged("f = lambda x: tf.nn.relu(K.mean(x))") == Reach(
        Rank.NUMERIC, ("tf", "nn", "relu", "K", "mean")
    )


def test_the_evidence_of_an_unknown_code_is_what_is_on_no_list() -> None:
    assert judged("f = lambda x: tf.mine(x)") == Reach(Rank.UNKNOWN, ("mine",))


def test_the_evidence_of_a_reaching_code_is_what_reaches() -> None:
    source = "f = lambda x: (mine(x), os.popen('true'), [eval for y in x], 'import sys')"
    assert judged(source) == Reach(Rank.SYSTEM, ("os", "popen", "eval", "import sys"))


def test_one_name_is_enough_at_any_depth() -> None:
    source = "f = lambda a: lambda b: lambda c: lambda d: tf.abs(subprocess)"
    assert judged(source) == Reach(Rank.SYSTEM, ("subprocess",))


def test_prose_is_no_code() -> None:
    text = "Open the file system, import what you eval, and exec it from the os."
    assert judged(f"def f(x):\n    {text!r}\n    return tf.abs(x)").rank is Rank.NUMERIC


@pytest.mark.parametrize(
    "literal",
    [
        "'os'",
        "'o' 's'",
        "b'os'",
        "('a', ('b', ('__import__',)))",
        "' __import__ '",
        "'x = eval(y)'",
        "'import os'",
        "'os.path'",
        "'{0.__globals__}'",
    ],
)
def test_names_hidden_in_strings_are_found(literal: str) -> None:
    assert judged(f"f = lambda x: (x, {literal})").rank is Rank.SYSTEM


def test_long_strings_are_shown_shortened() -> None:
    shown = judged(f"f = lambda x: (x, 'eval({'1' * 500})')").evidence[0]
    assert len(shown) <= 60
    assert shown.startswith("eval(111")


def test_evidence_is_bounded() -> None:
    names = ", ".join(f"name_{index}" for index in range(1000))
    assert len(judged(f"f = lambda x: ({names})").evidence) == 200


def test_what_cannot_be_read_is_unknown_and_says_why() -> None:
    assert reach(Unreadable("it is empty")) == Reach(Rank.UNKNOWN, ("it is empty",))


def test_no_name_is_numeric_and_reaches_out() -> None:
    assert [name for name in sorted(NAMES) if is_numeric_name(name)] == []


def test_nothing_that_does_input_or_output_is_numeric() -> None:
    for name in (
        "print",
        "read_file",
        "write_file",
        "load",
        "save",
        "py_function",
        "numpy_function",
        "get_file",
        "load_model",
        "fromfile",
        "memmap",
        "dataset",
        "data",
        "io",
        "getattr",
        "type",
        "__class__",
        "copy",
        "custom_gradient",
        "as_strided",
        "function",
        "format",
        "",
    ):
        assert not is_numeric_name(name), name


def test_dotted_names_are_numeric_when_every_part_is() -> None:
    assert is_numeric_name("tensorflow.keras.backend")
    assert not is_numeric_name("tensorflow.io")


def test_walking_meets_each_code_once() -> None:
    code = read_code(
        marshal.dumps(compile("f = lambda: (lambda: 1, lambda: 2)", "source.py", "exec"))
    )
    assert isinstance(code, StoredCode)
    assert [each.name for each in code.walk()] == ["<module>", *["<lambda>"] * 3]

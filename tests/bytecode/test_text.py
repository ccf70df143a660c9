"""How stored text becomes bytes: the rules of ``func_load``."""

from __future__ import annotations

import base64
import codecs

import pytest

from kerasscan.bytecode import decode, read_code, writers
from kerasscan.model.bytecode import StoredCode, Unreadable
from tests.bytecode.handmade import code


def as_keras(text: str) -> bytes:
    """Decode in the words of ``func_load`` (keras/src/utils/python_utils.py, Keras 3)."""
    try:
        return codecs.decode(text.encode("ascii"), "base64")
    except (UnicodeEncodeError, ValueError):  # binascii.Error is a ValueError
        return text.encode("raw_unicode_escape")


PLAIN = base64.b64encode(code()).decode("ascii")


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN + "\n",
        base64.encodebytes(code()).decode("ascii"),
        " \t" + PLAIN,
        "".join(f"{letter}!-\x00" for letter in PLAIN),
        PLAIN.rstrip("=") + "====" + PLAIN,
        PLAIN + "A",
        PLAIN[:-3],
        "",
        "=",
        "hello",
        "no base64 \u00e3\u0000\u00ff",
        "\u4e2d\u6587",
        "\ud800",
        code().decode("latin-1"),
    ],
)
def test_text_is_decoded_as_keras_does(text: str) -> None:
    assert decode(text) == as_keras(text)


def test_junk_between_the_letters_hides_nothing() -> None:
    found = read_code(decode("".join(f"{letter}\u0021*" for letter in PLAIN)))
    assert isinstance(found, StoredCode)


def test_raw_text_of_old_releases_is_read() -> None:
    raw = code().replace(b"x.py", b"\xe9.py").decode("latin-1")
    found = read_code(decode(raw))
    assert isinstance(found, StoredCode)
    assert found.filename == "\u00e9.py"


def test_more_than_a_mebibyte_is_a_value_that_says_so() -> None:
    assert isinstance(decode("A" * (1 << 20)), bytes)
    found = decode("A" * ((1 << 20) + 1))
    assert isinstance(found, Unreadable)
    assert found.size == (1 << 20) + 1
    assert "1,048,577 characters" in found.detail
    assert read_code(found) is found
    assert writers(found) is None


@pytest.mark.parametrize("value", [None, 1, ["a"], {"a": 1}, b"bytes"])
def test_what_is_no_text_is_unreadable(value: object) -> None:
    assert isinstance(decode(value), Unreadable)

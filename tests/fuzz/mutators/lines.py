"""Texts in lines: YAML architectures, and rule cards in TOML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from tests.fuzz.mutators import raw

_TOKEN = re.compile(r"[\w.+-]+|\"[^\"\n]*\"|'[^'\n]*'|[^\s\w]")
_YAML = (
    *("!!python/object/apply:len", "!!python/name:print", "!!binary", "!local", "!!set", "!<x>"),
    *("&a", "*a", "*missing", "<<: *a", "---", "...", "? ", "- ", ": ", "{", "}", "[", "]", "|"),
    *(">", "'", '"', "%YAML 1.1", "%TAG ! tag:x,2020:", "~", "null", ".nan", "-.inf", "0x1F"),
    *(
        "0o17",
        "1_000",
        "2001-01-01",
        "1:30",
        "\t",
        "#",
        "9" * 5_000,
        "1e999",
        "class_name",
        "=",
        "@",
    ),
    *(
        "[" * 190,
        "[" * 300,
        "{a: " * 120,
        "- " * 60,
        "é",
        "\u2028",
        "\x85",
        "Lambda",
        "config",
        "\ufeff",
    ),
)
_TOML = (
    *("[options]", "[[examples.flagged]]", "[[examples.clean]]", "id", "check", "message", "="),
    *(
        "true",
        "1979-05-27",
        "inf",
        "-nan",
        "0x1F",
        "[",
        "]",
        "{",
        "}",
        '"""',
        "'''",
        '"',
        "'",
        "\\",
    ),
    *('"{layer}"', '"{nothing}"', '"{"', '"}"', '"{0!r:>9}"', "1e999", "9" * 5_000, "a.b.c"),
    *('"object-matches"', '"lambda-bytecode"', "where = { not = {} }", '{ "$ref" = "#" }', "\x00"),
    *(
        "[" * 200,
        "a." * 300,
        '{ pattern = "(" }',
        '{ pattern = "(a+)+$" }',
        "{ type = 1 }",
        "\ufeff",
    ),
    *('{ "$ref" = "https://example.org/x" }', "{ allOf = [] }", "{ enum = 1 }", "severity", "tags"),
)


def mutate_yaml(data: bytes, random: Random) -> bytes:
    """Change a YAML text."""
    return _mutate(data, _YAML, random)


def mutate_card(data: bytes, random: Random) -> bytes:
    """Change a rule card."""
    return _mutate(data, _TOML, random)


def _mutate(data: bytes, words: Sequence[str], random: Random) -> bytes:
    if random.random() < 0.1:
        return raw.mutate(data, random)
    text = data.decode("utf-8", "surrogateescape")
    if random.random() < 0.5:
        text = with_words(text, words, random)
    else:
        text = _with_lines(text.split("\n"), random)
    return text.encode("utf-8", "surrogateescape")


def with_words(text: str, words: Sequence[str], random: Random) -> str:
    """Replace one token of a text by another one, remove it, or put a word before it."""
    tokens = list(_TOKEN.finditer(text))
    if not tokens:
        return text + random.choice(words)
    token, other = random.choice(tokens), random.choice(tokens)
    start, end = token.span()
    word = random.choice((random.choice(words), random.choice(words), other.group(), ""))
    glue = random.choice(("", " ", "\n"))
    return (
        text[:start] + word + (glue + text[start:end] if random.random() < 0.3 else "") + text[end:]
    )


def _with_lines(found: list[str], random: Random) -> str:
    at, other = random.randrange(len(found)), random.randrange(len(found))
    match random.randrange(6):
        case 0:
            del found[at]
        case 1:
            found.insert(other, found[at])
        case 2:
            found[at], found[other] = found[other], found[at]
        case 3:
            found[at] = " " * random.choice((1, 2, 4)) + found[at]
        case 4:
            found[at] = found[at].lstrip()
        case _:
            found[at:at] = [found[at]] * random.choice((2, 20, 300))
    return "\n".join(found)

"""Stored text to the bytes of a code object, as Keras' loaders decode it."""

from __future__ import annotations

import binascii
from typing import Final

from kerasscan.model.bytecode import Unreadable

LONGEST: Final = 1 << 20
"""Characters of text that are decoded. Lambdas have some hundreds."""


def decode(text: object) -> bytes | Unreadable:
    """Return the bytes that ``func_load`` of Keras would hand to ``marshal``.

    ``func_load`` (keras/utils/generic_utils.py of Keras 2.1 and later, keras/src/utils/
    python_utils.py of Keras 3) decodes base64 leniently: what is outside the alphabet is skipped,
    what follows the padding ignored. Text that is no ASCII or whose padding is wrong it takes for
    what older releases wrote, a character for each byte (``raw_unicode_escape``).

    Args:
        text: The stored value.
    """
    if not isinstance(text, str):
        return Unreadable("it is no text")
    if len(text) > LONGEST:
        detail = f"its {len(text):,} characters exceed the limit of {LONGEST:,}"
        return Unreadable(detail, len(text))
    try:
        return binascii.a2b_base64(text.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        return text.encode("raw_unicode_escape")

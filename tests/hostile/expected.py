"""What kerasscan must find in each hostile file: rule ids, by the trick's name."""

from __future__ import annotations

import re
from typing import Final

_FOREIGN: Final = (
    r"builtins-print|builtins-ascii|html-escape|json-dumps|numpy-load|operator-attrgetter|os-fspath|os-getcwd|pathlib-path"
    r"|collections-|io-stringio|json-jsonencoder|name-hides-path|alias-(fallback|registered-benign)"
)

EXPECTED: Final[tuple[tuple[str, frozenset[str]], ...]] = tuple(
    (pattern, frozenset(rules.split()))
    for pattern, rules in (
        (r"(jax-print|flax-module)\.", "KS110 KS122"),
        (r"jax-code\.", "KS101 KS122"),
        (rf"(.*-)?({_FOREIGN})", "KS110"),
        (r"\w+-keras-.*(enable_unsafe_deserialization|set_backend)", "KS113"),
        (r"(activation|call|node)-keras-|alias-(module|imported)", "KS111"),
        (r"alias-absent-module", "KR104"),
        (r"alias-registered-odd", "KS190"),
        (r"(apply|name)\.yaml", "KS102"),
        (r"deep-groups|json-deep|json-nested", "KF310"),
        (r"external-(link|absent)", "KS140"),
        (r"external-(storage|absolute)", "KS142"),
        (r"virtual", "KS143"),
        (r"soft-", "KS141"),
        (r"hard-cycle", "KF409"),
        (r"hdf5-named", "KF201 KS101"),
        (r"json-twice", "KF402 KS101"),
        (r"json-bom-lambda", "KF403 KS101"),
        (r"json-(big|bom|nan|utf)", "KF403"),
        (r"json-trailing", "KF304"),
        (r"lambda-disguised", "KS101 KS190"),
        (r"lambda", "KS101"),
        (r"link-", "KS171"),
        (r"name-shadows-dense", "KS190"),
        (r"name-", "KS172"),
        (r"npz-(object|pickle)", "KS150"),
        (r"(npz-)?shape-bomb", "KS160"),
        (r"(padding|repeat)\.", "KS161"),
        (r"polyglot|zip-polyglot", "KS180 KS101"),
        (r"regex-", "KS162"),
        (r"tfsm-", "KS121"),
        (r"torch-", "KS120"),
        (r"vocabulary-weights", ""),
        (r"vocabulary-", "KS130"),
        (r"wide-\w+\.json", ""),
        (r"wide-", "KS161"),
        (r"zip-(alias-(case|dot)|duplicate)", "KF401 KS101"),
        (r"zip-(alias-folder|named)", "KS101"),
        (r"zip-bomb-(config|weights)", "KF310 KF404"),
        (r"zip-(bomb-asset|bzip2|encrypted|lzma|prefix|size|trailing)", "KF404"),
        (r"zip-(comment|nul|two-ends|unicode-path)", "KF404 KS101"),
        (r"zip-(crc|local-name|method)", "KF302"),
        (r"zip-member-(absolute|backslash|parent)", "KS170"),
        (r"zip-member-(elf|python|script)", "KS152"),
        (r"zip-member-nested", "KS153 KS101"),
        (r"zip-member-pickle", "KS151"),
        (r"zip-member-symlink", "KS171"),
        (r"zip-overlap", "KF404"),
        (r"shards-outside", "KS131"),
        (r"many-|deep-models|rank\.|json-list|shards-beside", ""),
    )
)
"""Pattern of the beginning of a trick's id, and the rules that must speak: the first that fits.

Without rules are those that harm no release that was recorded, or that no file tells: an
architecture without weights may be large, and many layers are no crime.
"""


def expected(trick: str) -> frozenset[str] | None:
    """Return the rules that must find something in a trick; None where nothing is said of it."""
    return next((rules for pattern, rules in EXPECTED if re.match(pattern, trick)), None)

"""Where a rule is explained, for links."""

from __future__ import annotations

import re

from kerasscan.model.finding import Rule

INFORMATION_URI = "https://github.com/kerasscan/kerasscan"

SITE_URI = "https://kerasscan.github.io/kerasscan/"
"""Where the documentation is served: the ``site_url`` of mkdocs.yml."""

_OWN_FAMILIES = {
    "KF": "file",
    "KR": "registration",
    "KC": "compatibility",
    "KP": "preprocessing",
    "KD": "drift",
    "KW": "weights",
    "KG": "graph",
    "KS": "security",
}
_OWN_ID = re.compile(r"(K[A-Z])\d{3}")
_LINK = re.compile(r"https?://[!#-;=?-Z\[\]_a-z~]+")


def page_url(rule: Rule) -> str | None:
    """Return the page in the documentation of the project's own rules, else the first reference.

    What is no link of visible ASCII characters is none (RFC 3986 section 2): it could not be
    written into a terminal's escape sequence or a command of a CI system.
    """
    prefix = _OWN_ID.fullmatch(rule.id)
    if prefix and _OWN_FAMILIES.get(prefix[1]) == rule.family:
        return f"{SITE_URI}rules/{rule.id.lower()}/"
    first = rule.references[0] if rule.references else ""
    return first if _LINK.fullmatch(first) else None

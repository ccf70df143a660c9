"""A site that mkdocs built, as data."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from kerasscan.report.rule_page import SITE_URI

_KNOWN = (
    "a abbr article aside base blockquote body br button circle code dd del details div dl dt em "
    "form footer g h1 h2 h3 h4 h5 h6 head header hr html img input ins kbd label li link main mark "
    "meta nav noscript ol option p path pre s script section select small span strong style sub "
    "summary sup svg table tbody td textarea tfoot th thead time title tr u ul"
)


@dataclass
class BuiltPage:
    """An HTML page.

    Attributes:
        path: Where it lies in the site.
        html: Its source.
        text: What a reader sees of it.
        links: Addresses of links.
        navigation: Addresses of the links in the site's navigation.
        fetched: What a browser fetches by itself: the kind (``rel`` or ``src``) and the address.
        ids: Anchors.
        unknown_tags: Elements that HTML does not have: text that was taken for markup.
    """

    path: str
    html: str
    text: str = ""
    links: list[str] = field(default_factory=list)
    navigation: list[str] = field(default_factory=list)
    fetched: list[tuple[str, str]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    unknown_tags: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Built:
    """All pages by their paths."""

    folder: Path
    pages: dict[str, BuiltPage]

    def target(self, page: BuiltPage, link: str) -> tuple[str, str] | None:
        """Return path and anchor that a link leads to; None when it leads out of the site."""
        whole = urljoin(f"{SITE_URI}{page.path}", link)
        if not whole.startswith(SITE_URI):
            return None
        parts = urlsplit(whole.removeprefix(SITE_URI))
        path = unquote(parts.path)
        if not path or path.endswith("/"):
            path = posixpath.join(path, "index.html")
        return path, unquote(parts.fragment)


def read_built(folder: Path) -> Built:
    """Read all pages of a site."""
    pages = {}
    for file in sorted(folder.rglob("*.html")):
        path = file.relative_to(folder).as_posix()
        page = BuiltPage(path, file.read_text(encoding="utf-8"))
        reader = _Reader(page)
        reader.feed(page.html)
        reader.close()
        page.text = "".join(reader.seen)
        pages[path] = page
    return Built(folder, pages)


class _Reader(HTMLParser):
    def __init__(self, page: BuiltPage) -> None:
        super().__init__()
        self._page = page
        self._navs = 0
        self._is_code = False
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if tag not in _KNOWN.split():
            self._page.unknown_tags.add(tag)
        if "id" in values:
            self._page.ids.add(values["id"])
        if tag == "nav":
            self._navs += 1
        if tag == "a" and "href" in values:
            self._page.links.append(values["href"])
            if self._navs:
                self._page.navigation.append(values["href"])
        if tag == "link":
            for kind in values.get("rel", "").split():
                self._page.fetched.append((kind, values.get("href", "")))
        if "src" in values:
            self._page.fetched.append(("src", values["src"]))
        self._is_code = tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._navs -= tag == "nav"
        self._is_code = False

    def handle_data(self, data: str) -> None:
        if not self._is_code:
            self.seen.append(data)

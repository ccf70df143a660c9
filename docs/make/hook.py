"""What mkdocs calls: adds the generated pages, and leads links out of docs/ to where they are."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from docs.make import check_page, command_page, rule_pages, schema_pages
from docs.make.places import ROOT, SITE, address_of

_RULES = "rules/index.md"
_SCHEMAS = "reference/schemas"
_CARD = re.compile(r"rules/[\w-]+/([a-z]+\d+)-[\w-]+\.toml")
_LINK = re.compile(r"\]\(((?:\.\./)+)([^)#\s]+)(#[^)\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put every rule into the navigation, below its family."""
    if config.site_url != SITE:
        raise ValueError(f"site_url must be {SITE}: SARIF reports link to it")
    families: list[Any] = [
        {family: [{f"{rule.id} {rule.name}": rule_pages.path(rule)} for rule in rules]}
        for family, rules in rule_pages.families().items()
    ]
    config.nav = [_with_rules(entry, families) for entry in config.nav or []]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages, and the schemas themselves."""
    pages = {
        **rule_pages.pages(),
        "reference/checks.md": check_page.page(),
        "reference/commands.md": command_page.page(),
        **schema_pages.files(_SCHEMAS),
    }
    for path, content in pages.items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Replace links that lead out of docs/: cards and schemas have pages, the rest is on GitHub."""
    folder = posixpath.dirname(page.file.src_uri)

    def replaced(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join("docs", folder, found[1] + found[2]))
        if target.startswith("docs/"):
            return found[0]
        if not (ROOT / target).exists():
            raise ValueError(f"{page.file.src_uri} links to {target}, which is not there")
        return f"]({_address(target, folder)}{found[3] or ''})"

    return _LINK.sub(replaced, markdown)


def _with_rules(entry: Any, families: list[Any]) -> Any:
    """Return an entry of the navigation; the one of the rules' index gets their pages."""
    if isinstance(entry, dict) and _RULES in entry.values():
        (title,) = entry
        return {title: [_RULES, *families]}
    return entry


def _address(target: str, folder: str) -> str:
    """Return where a file of the repository is shown."""
    card = _CARD.fullmatch(target)
    page = f"rules/{card[1]}.md" if card else schema_pages.page_of(target, _SCHEMAS)
    if page:
        return posixpath.relpath(page, folder or ".")
    return address_of(target)

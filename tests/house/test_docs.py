"""The site that mkdocs builds of docs/ is whole, and fetches nothing from elsewhere."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from docs.make.schema_pages import SOURCES
from docs.make.since import since
from kerasscan.model.finding import Rule
from kerasscan.report.rule_page import SITE_URI
from kerasscan.report.sarif_rules import descriptor
from kerasscan.rulebook.builtin import builtin_directory
from kerasscan.rulebook.load import load_builtin

from .built import Built, read_built
from .ground import PACKAGE, ROOT, kerasscan, run

RULES = load_builtin(builtin_directory())

_FETCHED = {"icon", "manifest", "modulepreload", "preconnect", "prefetch", "preload", "stylesheet"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build the site strictly, and read it."""
    pytest.importorskip("mkdocs", reason="mkdocs is not installed: pip install -e '.[docs]'")
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = run(build, env={"NO_MKDOCS_2_WARNING": "1"})
    assert done.returncode == 0, done.stderr
    return read_built(folder)


def test_every_link_and_anchor_leads_somewhere(site: Built) -> None:
    dead = []
    for page in site.pages.values():
        for link in page.links:
            target = site.target(page, link)
            if target is None:
                continue
            path, anchor = target
            is_there = (site.folder / path).is_file()
            inside = site.pages.get(path)
            if not is_there or (anchor and inside and anchor not in inside.ids):
                dead.append(f"{page.path}: {link}")
    assert dead == []


def test_links_to_elsewhere_are_well_formed(site: Built) -> None:
    links = {link for page in site.pages.values() for link in page.links}
    elsewhere = {link for link in links if urlsplit(link).scheme or link.startswith("//")}
    assert elsewhere
    assert [link for link in elsewhere if not re.fullmatch(r"https://[\w.-]+(?:/\S*)?", link)] == []


def test_every_rule_has_a_page_and_sarif_links_to_it(site: Built) -> None:
    assert RULES
    for rule in RULES:
        uri = descriptor(rule, None)["helpUri"]
        path = f"{uri.removeprefix(SITE_URI)}index.html"
        assert uri.startswith(SITE_URI)
        assert f"{rule.id} {rule.name}" in site.pages[path].text


def test_a_rule_s_page_says_what_its_card_says(site: Built) -> None:
    for rule in RULES:
        text = _words(site.pages[f"rules/{rule.id.lower()}/index.html"].text)
        titles = [_words(example.title) for example in rule.examples]
        assert [title for title in titles if title not in text] == []
        assert _words(rule.summary) in text
        assert text.count("Nothing is found.") == sum(not each.flagged for each in rule.examples)


def test_an_example_is_shown_with_its_finding(site: Built) -> None:
    rule = _rule("KR101")
    page = site.pages["rules/kr101/index.html"]
    flagged = sum(example.flagged for example in rule.examples)
    assert page.text.count("which is not part of Keras and not registered") > flagged


def test_a_rule_is_as_old_as_the_first_entry_that_names_it() -> None:
    changelog = "## [0.3.0]\n- KS101, KX001\n## [0.2.0]\n- Rules KX001-KX003\n## [0.1.0]\n- More\n"
    assert since("KX002", changelog) == "0.2.0"
    assert since("KX001", changelog) == "0.2.0"
    assert since("KS101", changelog) == "0.3.0"
    assert since("KX004", changelog) == "0.1.0"


def test_the_address_of_the_site_is_the_one_that_reports_link_to() -> None:
    settings = re.search(r"(?m)^site_url: (\S+)", (ROOT / "mkdocs.yml").read_text("utf-8"))
    assert settings
    assert settings[1] == SITE_URI


def test_every_page_is_in_the_navigation(site: Built) -> None:
    home = site.pages["index.html"]
    seen, waiting = {"index.html"}, [home]
    while waiting:
        page = waiting.pop()
        for link in page.navigation:
            target = site.target(page, link)
            if target and target[0] in site.pages and target[0] not in seen:
                seen.add(target[0])
                waiting.append(site.pages[target[0]])
    assert set(site.pages) - seen == {"404.html"}


def test_no_page_fetches_from_elsewhere(site: Built) -> None:
    fetched = [
        (page.path, address)
        for page in site.pages.values()
        for kind, address in page.fetched
        if (kind in _FETCHED or kind == "src") and re.match(r"(?:[a-z]+:)?//", address)
    ]
    assert fetched == []
    for page in site.pages.values():
        assert 'data-md-component="source"' not in page.html  # asks GitHub for stars
        assert 'class="mermaid"' not in page.html  # fetches a library that draws


def test_no_style_fetches_from_elsewhere(site: Built) -> None:
    styles = list(site.folder.rglob("*.css"))
    assert styles
    found = {
        path.name: re.findall(
            r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)]*", path.read_text("utf-8")
        )
        for path in styles
    }
    assert {name: urls for name, urls in found.items() if urls} == {}


def test_markup_of_cards_is_closed(site: Built) -> None:
    for page in site.pages.values():
        assert page.unknown_tags == set(), page.path


def test_every_command_is_shown_with_its_help(site: Built) -> None:
    text = site.pages["reference/commands/index.html"].text
    for words in [(), ("scan",), ("compat",), ("rules",), ("rules", "show"), ("rules", "test")]:
        help_text = kerasscan(*words, "--help").stdout.strip()
        assert help_text
        assert help_text in text
    listed = kerasscan("--help").stdout.partition("Commands:\n")[2]
    for name in re.findall(r"(?m)^  (\w\S*)  ", listed):
        assert f"Usage: kerasscan {name} " in text


@pytest.mark.parametrize(("name", "source"), SOURCES.items())
def test_schemas_are_served_as_they_are(site: Built, name: str, source: str) -> None:
    served = site.folder / "reference" / "schemas" / f"{name}.schema.json"
    schema = json.loads((ROOT / source).read_text(encoding="utf-8"))
    assert json.loads(served.read_text(encoding="utf-8")) == schema
    text = site.pages[f"reference/schemas/{name}/index.html"].text
    for part in [*schema["properties"], *schema.get("$defs", {})]:
        assert part in text


def test_every_schema_but_those_of_inner_tables_is_served() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.schema.json")}
    inner = {"kerasscan/contract/backbones.schema.json", "kerasscan/custom/providers.schema.json"}
    assert found - inner == set(SOURCES.values())


def test_no_source_of_the_site_is_served(site: Built) -> None:
    assert [path for path in site.folder.rglob("*") if path.suffix in {".md", ".py", ".pyc"}] == []


def test_the_navigation_names_no_file_twice() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    named = re.findall(r"[\w/-]+\.md", str(yaml.safe_load(text)["nav"]))
    assert len(named) == len(set(named)) > 0


def test_what_the_docs_extra_holds_a_developer_has_too() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = settings["project"]["optional-dependencies"]
    assert set(extras["docs"]) <= set(extras["dev"])


def _rule(rule_id: str) -> Rule:
    return next(rule for rule in RULES if rule.id == rule_id)


def _words(text: str) -> str:
    return " ".join(unquote(text).split())

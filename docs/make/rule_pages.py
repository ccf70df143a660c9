"""A page for each rule, and one that lists them by family."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from docs.make.examples import said
from docs.make.places import CODE, ROOT, cell, link_to, plain
from docs.make.since import since
from kerasscan.model.finding import Example, Rule, Severity
from kerasscan.rulebook.builtin import builtin_directory
from kerasscan.rulebook.card import first_paragraph
from kerasscan.rulebook.families import PREFIXES, family_order
from kerasscan.rulebook.load import load_builtin
from kerasscan.rulebook.page import example_parts, markdown

_ABOUT = {
    "file": "What a file is, and whether all of it could be read.",
    "registration": "Classes and functions that the loading program must know.",
    "compatibility": "What stops `load_model` in the releases that a project uses.",
    "preprocessing": "What a model expects of its inputs, and what is done to them.",
    "drift": "What a load changes without an error.",
    "weights": "Stored values and their shapes.",
    "graph": "How layers are connected.",
    "security": "What a file can do to whoever loads it.",
}
_CWE = re.compile(r"external/cwe/cwe-(\d+)")
_ID = re.compile(r"\bK[A-Z]\d{3}\b")
_FACT = re.compile(r"(?<!\{)\{\w")
_CHECK = re.compile(r"(?m)^- Check: `([^`]+)`$")
_MOST_FINDINGS = 3
_BOXES = {Severity.ERROR: "danger", Severity.WARNING: "warning", Severity.NOTE: "note"}
"""How the theme names boxes of these colours."""


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules, by id."""
    return tuple(sorted(load_builtin(builtin_directory()), key=lambda rule: rule.id))


@cache
def families() -> Mapping[str, tuple[Rule, ...]]:
    """Return the rules of each family that has some, in the order in which people see them."""
    names = sorted({rule.family for rule in rules()}, key=family_order)
    return {name: tuple(rule for rule in rules() if rule.family == name) for name in names}


def path(rule: Rule) -> str:
    """Return where a rule's page lies below docs/."""
    return f"rules/{rule.id.lower()}.md"


def pages() -> dict[str, str]:
    """Return the Markdown of every page by its path."""
    return {"rules/index.md": _index(), **{path(rule): _page(rule) for rule in rules()}}


def _index() -> str:
    parts = [
        "# Rules",
        f"kerasscan has {len(rules())} rules in {len(families())} families. "
        "`kerasscan rules list` prints them, `kerasscan rules show` prints the page of one. "
        "`--select` and `--ignore` take an id (`KS101`), the beginning of ids (`KS`), a name "
        "(`lambda-bytecode`) or a family (`security`).",
        "An `error` is a model that does not load, predicts something else, or is a danger. "
        "A `warning` will go wrong in a likely situation. A `note` is worth knowing.",
    ]
    for family, members in families().items():
        prefix = PREFIXES[family]
        parts += [f"## {family} {{#{family}}}", f"{_ABOUT[family]} Ids begin with `{prefix}`."]
        parts.append(_table(members, severity=True))
    return "\n\n".join(parts) + "\n"


def _table(members: tuple[Rule, ...], *, severity: bool = False) -> str:
    head = ["Id", "Name", *(["Severity"] if severity else []), "What it finds"]
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for rule in members:
        cells = [f"[{rule.id}]({rule.id.lower()}.md)", rule.name]
        cells += [str(rule.severity)] if severity else []
        lines.append(f"| {' | '.join([*cells, cell(rule.summary)])} |")
    return "\n".join(lines)


def _page(rule: Rule) -> str:
    whole, _, references = markdown(rule, examples=False).partition("\n## References\n")
    head, _, advice = whole.partition("\n## What to do\n")
    parts = [_facts(rule, head.strip()), "## What to do", *_advice(rule, advice.strip())]
    parts = [_linked("\n\n".join(parts), rule), "## Examples"]
    for example in rule.examples:
        parts += _example(rule, example)
    parts += ["## Related rules", *_related(rule)]
    if references:
        parts += ["## References", references.strip()]
    return "\n\n".join(parts) + "\n"


def _facts(rule: Rule, head: str) -> str:
    """Return the beginning of a page, with links and with what the card does not say."""
    lines = [
        f"- Since: kerasscan {since(rule.id, _changelog())}",
        f"- Card: {link_to(Path(rule.source))}",
    ]
    numbers = [found[1] for tag in rule.tags if (found := _CWE.fullmatch(tag))]
    if numbers:
        links = [f"[CWE-{n}](https://cwe.mitre.org/data/definitions/{n}.html)" for n in numbers]
        lines.append(f"- Weakness: {', '.join(links)}")
    check = _CHECK.search(head)
    if check is None:
        raise ValueError(f"the page of {rule.id} does not name its check")
    family = f"- Family: {rule.family}"
    lines.insert(0, f"- Check: [`{check[1]}`](../reference/checks.md#{check[1]})")
    head = head.replace(check[0], "\n".join(lines), 1)
    return head.replace(family, f"- Family: [{rule.family}](index.md#{rule.family})", 1)


@cache
def _changelog() -> str:
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def _advice(rule: Rule, whole: str) -> Iterator[str]:
    """Yield what to do; the first paragraph is a sentence for a finding, and no Markdown."""
    first, _, rest = whole.partition("\n\n")
    if _FACT.search(first_paragraph(rule.remedy)):
        yield "A scan fills in the words in braces, as in the examples below."
    yield plain(first)
    yield rest


def _example(rule: Rule, example: Example) -> Iterator[str]:
    heading, *parts = example_parts(example)
    yield f"#{heading}"
    if example.sample is not None:
        yield f"The sample {link_to(Path(rule.source).parent / example.sample)}."
        parts = parts[1:]
    yield from (part for part in parts if not part.startswith("Found in: "))
    if not example.flagged:
        yield "Nothing is found."
        return
    findings = said(rule, example)
    for finding in findings[:_MOST_FINDINGS]:
        where = f" in {finding.layer}" if finding.layer else ""
        yield f'!!! {_BOXES[finding.severity]} "{finding.rule} {finding.name}{_quoted(where)}"'
        yield f"    {str(finding.severity).capitalize()}: {plain(finding.message)}"
        if _FACT.search(first_paragraph(rule.remedy)):
            yield f"    Help: {plain(finding.remedy)}"
    if len(findings) > _MOST_FINDINGS:
        yield f"And {len(findings) - _MOST_FINDINGS} more."


def _related(rule: Rule) -> Iterator[str]:
    """Yield the rules that this one's text names, and those that stand beside it by number."""
    named = set(_ID.findall(f"{rule.why} {rule.remedy}"))
    near = tuple(
        other
        for other in rules()
        if other.id != rule.id and (other.id in named or other.id[:-1] == rule.id[:-1])
    )
    if near:
        yield _table(near)
    yield f"All of the family: [{rule.family}](index.md#{rule.family})."


def _linked(text: str, rule: Rule) -> str:
    """Make links of other rules' ids, where they are not code."""
    known = {other.id for other in rules() if other.id != rule.id}

    def link(found: re.Match[str]) -> str:
        return f"[{found[0]}]({found[0].lower()}.md)" if found[0] in known else found[0]

    pieces = CODE.split(text)
    pieces[::2] = [_ID.sub(link, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _quoted(text: str) -> str:
    """Return text for the title of a box, which stands in quotation marks."""
    return plain(text).replace('"', "&quot;")

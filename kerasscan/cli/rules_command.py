"""What ``kerasscan rules`` does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import typer

from kerasscan.cli.exits import CLEAN, FINDINGS, refuse
from kerasscan.model.finding import Rule
from kerasscan.model.json_value import counted
from kerasscan.rulebook.bad_cards import BadCards, suggestion
from kerasscan.scanner.scanning import choose_rules


def _rules(packs: Sequence[str]) -> list[Rule]:
    try:
        return choose_rules(packs)
    except BadCards as error:
        refuse(f"wrong cards:\n{error}")


def run_list(packs: Sequence[str], output_format: str) -> None:
    """Print every rule, as columns, a Markdown table or JSON."""
    rules = _rules(packs)
    if output_format == "markdown":
        from kerasscan.rulebook.page import table

        typer.echo(table(rules), nl=False)
    elif output_format == "json":
        keys = ("id", "name", "family", "severity", "confidence", "summary", "check")
        typer.echo(
            json.dumps([{key: getattr(rule, key) for key in keys} for rule in rules], indent=2)
        )
    else:
        width = max((len(rule.name) for rule in rules), default=0)
        for rule in rules:
            typer.echo(f"{rule.id}  {rule.name:<{width}}  {rule.severity:<7}  {rule.summary}")


def run_show(wanted: str, packs: Sequence[str]) -> None:
    """Print one rule's page."""
    from kerasscan.rulebook.page import markdown

    rules = _rules(packs)
    for rule in rules:
        if wanted.upper() == rule.id or wanted == rule.name:
            typer.echo(markdown(rule).rstrip("\n"))
            return
    known = [name for rule in rules for name in (rule.id, rule.name)]
    refuse(f"there is no rule '{wanted}'{suggestion(wanted, known)}")


def run_schema() -> None:
    """Print the JSON Schema of a card."""
    from kerasscan.rulebook.schema import card_schema

    typer.echo(json.dumps(card_schema(), indent=2))


def run_test(directory: str) -> None:
    """Validate the cards of a folder, run their examples and exit with 1 when one fails."""
    from kerasscan.reader.reading import read
    from kerasscan.rulebook.examples import run_examples
    from kerasscan.rulebook.known_checks import checks_for
    from kerasscan.rulebook.load import load_cards

    try:
        rules = load_cards(Path(directory))
        checks = checks_for(rule.check for rule in rules)
    except BadCards as error:
        refuse(f"wrong cards:\n{error}")
    results = run_examples(rules, read, checks)
    for result in results:
        typer.echo(str(result))
    failed = sum(not result.passed for result in results)
    counts = f"{counted(len(rules), 'rule')}, {counted(len(results), 'example')}"
    typer.echo(f"{counts}, {failed} failed")
    raise typer.Exit(FINDINGS if failed else CLEAN)

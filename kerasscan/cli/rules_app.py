"""``kerasscan rules``: list, show, schema, test."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

rules_app = typer.Typer(
    help="Look at rules, and test packs of cards.", no_args_is_help=True, rich_markup_mode=None
)


class ListFormat(StrEnum):
    """Formats of ``rules list``."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


_Packs = Annotated[
    list[str] | None,
    typer.Option("--rules", metavar="DIR", help="Add a folder of cards (a rule pack)."),
]


@rules_app.command("list")
def list_rules(
    rules: _Packs = None,
    output_format: Annotated[
        ListFormat, typer.Option("--output-format", help="Format of the list.")
    ] = ListFormat.TEXT,
) -> None:
    """List every rule."""
    from kerasscan.cli.rules_command import run_list

    run_list(tuple(rules or ()), output_format.value)


@rules_app.command("show")
def show_rule(
    rule: Annotated[str, typer.Argument(metavar="ID", help="A rule's id or name.")],
    rules: _Packs = None,
) -> None:
    """Show a rule's page as Markdown: what, why, remedy, examples, references."""
    from kerasscan.cli.rules_command import run_show

    run_show(rule, tuple(rules or ()))


@rules_app.command("schema")
def show_schema() -> None:
    """Print the JSON Schema of a card."""
    from kerasscan.cli.rules_command import run_schema

    run_schema()


@rules_app.command("test")
def test_rules(
    directory: Annotated[str, typer.Argument(metavar="DIR", help="A folder of cards.")],
) -> None:
    """Check the cards of a folder and run their examples."""
    from kerasscan.cli.rules_command import run_test

    run_test(directory)

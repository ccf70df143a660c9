"""The figures of a session as a table, for README.md.

python -m tests.fuzz.summary FOLDER [--write]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
_HEAD = (
    "| target | rounds | executions | CPU minutes | raised at | branches | corpus | lines |",
    "| --- | --: | --: | --: | --: | --: | --: | --: |",
)

Round = Mapping[str, Any]
"""One line of ``rounds.jsonl``."""


def rounds(folder: Path) -> list[Round]:
    """Return the rounds of a session in which something ran."""
    text = (folder / "rounds.jsonl").read_text("utf-8")
    found = [json.loads(line) for line in text.splitlines()]
    return [line for line in found if line["executions"]]


def table(found: Sequence[Round], lines: Mapping[str, str]) -> str:
    """Return the figures as Markdown.

    Args:
        found: The rounds.
        lines: For each target the share of lines that its corpus covers, and that of ``all``.
    """
    by_target: dict[str, list[Round]] = {}
    for each in found:
        by_target.setdefault(each["target"], []).append(each)
    rows = [_row(name, each, lines.get(name, "")) for name, each in sorted(by_target.items())]
    whole = [
        *("**all**", str(len(found)), _sum(found, "executions"), _minutes(found)),
        *(str(len(_places(found))), "", "", lines.get("all", "")),
    ]
    return "\n".join((*_HEAD, *map(_line, rows), _line(whole)))


def _row(name: str, found: Sequence[Round], lines: str) -> list[str]:
    last = found[-1]
    return [
        *(name, str(len(found)), _sum(found, "executions"), _minutes(found)),
        *(str(len(_places(found))), f"{last['coverage']:,}", f"{last['corpus']:,}", lines),
    ]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _sum(found: Sequence[Round], key: str) -> str:
    return f"{sum(each[key] for each in found):,}"


def _minutes(found: Sequence[Round]) -> str:
    return f"{sum(each['cpu_seconds'] for each in found) / 60:.0f}"


def _places(found: Sequence[Round]) -> set[str]:
    return {place for each in found for place in each["found"]}


def covered(folder: Path) -> dict[str, str]:
    """Return the shares of lines that `tests.fuzz.covered` measured."""
    shares = {}
    for path in sorted((folder / "coverage").glob("*.json")):
        totals = json.loads(path.read_text("utf-8"))["totals"]
        shares[path.stem] = f"{totals['percent_covered']:.0f} %"
    return shares


def main() -> None:
    """Print the table, or put it into README.md; tell of every place that raised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="put it into README.md")
    asked = parser.parse_args()
    found = rounds(asked.folder)
    text = table(found, covered(asked.folder))
    if asked.write:
        before, _, rest = README.read_text("utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        README.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")
    print(text)
    for place in sorted(_places(found)):
        targets = sorted({each["target"] for each in found if place in each["found"]})
        print(f"{place}: {', '.join(targets)}")


if __name__ == "__main__":
    main()

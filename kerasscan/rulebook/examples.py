"""Runs the examples on cards: a rule must flag what it says it flags, and nothing else.

Each example is written to a temporary folder and read as any other model file is.
"""

from __future__ import annotations

import difflib
import shutil
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kerasscan.checks.check import Check
from kerasscan.model.finding import Case, Example, Finding, Rule
from kerasscan.model.outcome import Outcome
from kerasscan.model.saved import Saved
from kerasscan.model.source import Source
from kerasscan.rulebook.judge import judge_all
from kerasscan.rulebook.template import MissingFact

_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class ExampleResult:
    """What became of one example.

    Attributes:
        rule: The rule's id.
        source: Path of the card.
        title: The example's title.
        flagged: Whether the rule had to find something.
        passed: Whether the rule did as the card says.
        message: What happened, in one line; ``""`` when it passed.
        diff: Expected and found, line by line; ``""`` where that says no more.
    """

    rule: str
    source: str
    title: str
    flagged: bool
    passed: bool
    message: str = ""
    diff: str = ""

    def __str__(self) -> str:
        """Return a line for the example and, when it failed, what is wrong below it."""
        kind = "flagged" if self.flagged else "clean"
        lines = [f"{'ok' if self.passed else 'FAILED'} {self.rule} {kind}: {self.title}"]
        lines += [f"  {line}" for line in (self.message, *self.diff.splitlines()) if line]
        return "\n".join(lines)


def run_examples(
    rules: Iterable[Rule], read: Callable[[Path], Saved], checks: Mapping[str, Check]
) -> list[ExampleResult]:
    """Return the result of every example of the rules, in the cards' order.

    Args:
        rules: Whose examples are run.
        read: Reads one model file.
        checks: Must hold every check that the rules name.
    """
    results = []
    with TemporaryDirectory(prefix="kerasscan-examples-") as folder:
        for rule in rules:
            for index, example in enumerate(rule.examples):
                room = Path(folder) / f"{rule.id}-{index}"
                room.mkdir()
                message, diff = _run(rule, example, room, read, checks[rule.check])
                results.append(
                    ExampleResult(
                        rule=rule.id,
                        source=rule.source,
                        title=example.title,
                        flagged=example.flagged,
                        passed=not message,
                        message=message,
                        diff=diff,
                    )
                )
    return results


def write_example(example: Example, card: Path, folder: Path) -> Path:
    """Write an example's file into a folder and return its path.

    Args:
        example: What to write. A sample is copied, a folder with all that is in it.
        card: The card's file, from which a sample's path starts.
        folder: Where to write.

    Raises:
        FileNotFoundError: When the sample is not there.
    """
    path = folder / example.file
    if example.sample is not None:
        sample = card.parent / example.sample
        if sample.is_dir():
            shutil.copytree(sample, path)
        else:
            shutil.copyfile(sample, path)
    elif example.members is not None:
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in example.members.items():
                archive.writestr(zipfile.ZipInfo(name, _DATE), text)
    elif example.hex is not None:
        path.write_bytes(bytes.fromhex(example.hex))
    else:
        path.write_text(example.text or "", encoding="utf-8", newline="\n")
    return path


def _run(
    rule: Rule, example: Example, folder: Path, read: Callable[[Path], Saved], check: Check
) -> tuple[str, str]:
    """Return what is wrong with an example, and the difference; ``("", "")``: nothing."""
    try:
        path = write_example(example, Path(rule.source), folder)
    except FileNotFoundError:
        return f"the sample {example.sample} is not there", ""
    saved = read(path)
    outcomes = _outcomes(saved, example) if check.needs_outcomes else ()
    try:
        case = Case(saved, outcomes, _source(example, folder / "project"))
        findings = judge_all(rule, check.run(case, rule.options))
    except MissingFact as missing:
        return str(missing), ""
    message, diff = _compare(example, findings)
    return (message + _reading(saved) if message else ""), diff


def _source(example: Example, folder: Path) -> Source | None:
    """Write an example's project and return what its Python files say; None: it has none."""
    if example.source is None:
        return None
    from kerasscan.source import read_source

    for name, text in example.source.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    return read_source([folder])


def _outcomes(saved: Saved, example: Example) -> tuple[Outcome, ...]:
    """Return what the example's target does with its file."""
    from kerasscan.catalog.releases import newest, requested
    from kerasscan.loading.given import Given
    from kerasscan.loading.prediction import predict_all

    major, _, minor = (example.python or "").partition(".")
    given = Given(python=(int(major), int(minor)) if minor else None)
    releases = requested(example.target) if example.target else (newest(),)
    return predict_all(saved, releases, given)


def _compare(example: Example, findings: Sequence[Finding]) -> tuple[str, str]:
    if not example.flagged:
        if not findings:
            return "", ""
        extra = [f"+ {finding.layer or '(the model)'}: {finding.message}" for finding in findings]
        return f"expected no finding, found {len(findings)}", "\n".join(extra)
    if not findings:
        return "expected a finding, found none", ""
    found = [finding.layer for finding in findings]
    if example.layers is None or found == list(example.layers):
        return "", ""
    expected = [layer or "(the model)" for layer in example.layers]
    lines = difflib.ndiff(expected, [layer or "(the model)" for layer in found])
    diff = "\n".join(line.rstrip() for line in lines if not line.startswith("?"))
    return "the findings are in other layers than expected (- expected, + found)", diff


def _reading(saved: Saved) -> str:
    """Return what the reader could not read, to be added to a message."""
    said = [f"{problem.kind}: {problem.detail}" for problem in saved.problems]
    return f"; the reader reports {' / '.join(said)}" if said else ""

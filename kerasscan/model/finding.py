"""From what a check saw to what a person is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from kerasscan.model.address import Address
from kerasscan.model.excerpt import Excerpt, Part
from kerasscan.model.outcome import Outcome
from kerasscan.model.saved import Saved
from kerasscan.model.source import Source
from kerasscan.model.target import Target

_NO_FACTS: Mapping[str, str] = MappingProxyType({})


class Severity(StrEnum):
    """How bad a finding is, weakest first."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for a note, 1 for a warning, 2 for an error."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How sure the rule is that what it reports is so."""

    CERTAIN = "certain"
    LIKELY = "likely"
    HEURISTIC = "heuristic"


@dataclass(frozen=True)
class Case:
    """All that a check may look at.

    Attributes:
        saved: The file.
        outcomes: What the releases of the target do with it, oldest first; empty where no rule
            that is asked needs them.
        source: The project's Python files; None where they were not read.
    """

    saved: Saved
    outcomes: tuple[Outcome, ...] = ()
    source: Source | None = None


@dataclass(frozen=True)
class Observation:
    """What a check saw, and where.

    Attributes:
        address: Where.
        facts: Values for the placeholders of the card's message and remedy.
        evidence: Text that stays the same when the same architecture is saved again; with the
            rule and the layer path it identifies the finding.
        effect: Of a hazard, the worst that a release of the target lets it do: an `Effect`
            value; else nothing.
    """

    address: Address
    facts: Mapping[str, str] = field(default_factory=lambda: _NO_FACTS)
    evidence: str = ""
    effect: str = ""


@dataclass(frozen=True)
class Example:
    """A small model file on a card: what the rule flags, or must leave alone.

    Attributes:
        title: What it shows.
        flagged: Whether the rule must find something in it.
        file: The name that the file is given.
        text: The file's content as text; or None.
        hex: The file's content in hexadecimal; or None.
        members: Content of a zip's members by name; or None.
        sample: Path of a sample relative to the card; or None.
        layers: Layer paths of the expected findings, in order; None: any, at least one.
        target: Requirement that the file is judged for; None: the newest Keras.
        python: Python that it is judged for, such as ``3.11``; None: an unknown one.
        source: Python files of the project, by name; None: there is no project.
    """

    title: str
    flagged: bool
    file: str
    text: str | None = None
    hex: str | None = None
    members: Mapping[str, str] | None = None
    sample: str | None = None
    layers: tuple[str, ...] | None = None
    target: str | None = None
    python: str | None = None
    source: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Rule:
    """A card, validated.

    Attributes:
        id: Stable for ever: ``KS101``.
        name: Kebab case, names the thing found: ``lambda-bytecode``.
        family: ``file``, ``registration``, ... or a pack's own word.
        summary: One sentence without a final period.
        severity: How bad.
        confidence: How sure.
        check: Name of the check it asks.
        options: Values for the check.
        message: Template of a finding's sentence, with ``{fact}`` placeholders.
        remedy: What to do, as Markdown; the first paragraph is the finding's remedy and may
            hold placeholders too.
        why: Why it matters, as Markdown.
        references: URLs.
        tags: SARIF tags such as ``external/cwe/cwe-502``.
        examples: Run as tests, printed as documentation.
        source: Path of the card, for messages.
        security_severity: 0.1 to 10.0 for rules about security (GitHub shows it), else None.
    """

    id: str
    name: str
    family: str
    summary: str
    severity: Severity
    confidence: Confidence
    check: str
    options: Mapping[str, Any]
    message: str
    remedy: str
    why: str
    references: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    source: str = ""
    security_severity: float | None = None


class SuppressionKind(StrEnum):
    """Who says that a finding does not count."""

    IGNORED = "ignored"
    """An entry of the project's file of ignored findings."""
    BASELINE = "baseline"
    """An earlier report, which has the same finding."""


@dataclass(frozen=True)
class Suppression:
    """Why a finding does not count.

    Attributes:
        kind: Who says so.
        reason: In the words of whoever wrote the entry; of a baseline nothing.
        source: The file that says so, as the user gave it.
    """

    kind: SuppressionKind
    reason: str
    source: str


@dataclass(frozen=True)
class Finding:
    """What a person is told.

    Attributes:
        rule: The rule's id.
        name: The rule's name.
        severity: How bad.
        confidence: How sure.
        message: One or two sentences, ending with a period.
        remedy: What to do, in a sentence or two.
        layer: Layer path; ``""`` is the model or the file as a whole.
        pointer: JSON pointer into the member's document.
        member: Zip member, HDF5 path or attribute; ``""`` is the file.
        fingerprint: ``<16 hex digits>:<ordinal>``, the same for the same finding in the same
            architecture saved again (SARIF 2.1.0 section 3.27.17).
        effect: Of a hazard, the worst that a release of the target lets it do: an `Effect`
            value; else nothing.
        suppression: Why it does not count; None where it does.
        excerpt: The lines of the configuration that it is about; None where it is about more.
    """

    rule: str
    name: str
    severity: Severity
    confidence: Confidence
    message: str
    remedy: str
    layer: str
    pointer: str
    member: str
    fingerprint: str
    effect: str = ""
    suppression: Suppression | None = None
    excerpt: Excerpt | None = None

    @property
    def is_active(self) -> bool:
        """Whether it counts: for the exit code, and in every report that is not asked for all."""
        return self.suppression is None


class Status(StrEnum):
    """How far the reading of a file got."""

    SCANNED = "scanned"
    INCOMPLETE = "incomplete"
    NOT_A_MODEL = "not-a-model"


@dataclass(frozen=True)
class FileReport:
    """What is said of one file.

    Attributes:
        path: As the user gave it, or below the folder that the user gave.
        sha256: Hex digest of the file; of a directory the digest over its files' names and
            digests; None when no report asked for it.
        size: Bytes.
        container: A `Container` value.
        claimed_version: The version string in the file.
        fingerprint: Versions that its keys allow, in requirement syntax; ``""`` is any.
        backend: Backend named in the file.
        root_class: Class of the model.
        layer_count: Layers at any depth.
        status: How far the reading got.
        findings: Sorted by severity, rule and place.
        asked_source: Whether the project's Python files were looked at because of it.
        parts: The documents inside that findings are about, as they are shown; empty where no
            report asked for them.
    """

    path: str
    sha256: str | None
    size: int
    container: str
    claimed_version: str | None
    fingerprint: str
    backend: str | None
    root_class: str | None
    layer_count: int
    status: Status
    findings: tuple[Finding, ...]
    asked_source: bool = False
    parts: tuple[Part, ...] = ()

    @property
    def active(self) -> tuple[Finding, ...]:
        """The findings that count."""
        return tuple(finding for finding in self.findings if finding.is_active)


@dataclass(frozen=True)
class Report:
    """The result of a scan.

    Attributes:
        files: One report a file, sorted by path.
        rules: The rules that were asked, sorted by id.
        version: kerasscan's version.
        target: The releases that the models are meant to load with; None where no rule that
            was asked wanted to know.
        source: The project's Python files; None where nothing in the models asked for them.
    """

    files: tuple[FileReport, ...]
    rules: tuple[Rule, ...]
    version: str
    target: Target | None = None
    source: Source | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of all files, suppressed ones too."""
        return tuple(finding for file in self.files for finding in file.findings)

    @property
    def active(self) -> tuple[Finding, ...]:
        """The findings that count."""
        return tuple(finding for file in self.files for finding in file.active)

    @property
    def is_complete(self) -> bool:
        """Whether every file was read to its end."""
        return all(file.status is not Status.INCOMPLETE for file in self.files)

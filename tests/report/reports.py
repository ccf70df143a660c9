"""Reports built by hand: what a scan could have found, without a scan."""

from __future__ import annotations

from kerasscan.model.finding import (
    Confidence,
    FileReport,
    Finding,
    Report,
    Rule,
    Severity,
    Status,
    Suppression,
    SuppressionKind,
)

LAMBDA = Rule(
    id="KS101",
    name="lambda-bytecode",
    family="security",
    summary="A Lambda layer stores Python bytecode",
    severity=Severity.ERROR,
    confidence=Confidence.CERTAIN,
    check="lambda-code",
    options={},
    message="Layer '{layer}' stores Python bytecode ({size} bytes).",
    remedy=(
        "Replace layer '{layer}' by a registered subclass of `keras.layers.Layer`.\n\n"
        "```python\n@keras.saving.register_keras_serializable('my')\nclass Scale(Layer): ...\n```"
    ),
    why="Keras runs the bytecode when it loads the model.\n\nWhoever wrote the file chose it.",
    references=("https://keras.io/api/layers/core_layers/lambda/",),
    tags=("external/cwe/cwe-502",),
    security_severity=9.3,
)
CUSTOM = Rule(
    id="KR101",
    name="unregistered-layer",
    family="registration",
    summary="A custom layer is not registered for serialization",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    check="custom-object",
    options={},
    message="No Keras release ships '{class}'.",
    remedy="Register '{class}' and save the model again.",
    why="Only the code that defines the class can load the model.",
)
POINTER = Rule(
    id="KF101",
    name="lfs-pointer",
    family="file",
    summary="The file is a Git LFS pointer",
    severity=Severity.ERROR,
    confidence=Confidence.CERTAIN,
    check="container",
    options={},
    message="The file is a Git LFS pointer, not a model.",
    remedy="Run `git lfs pull`.",
    why="The model itself was not fetched.",
)
HOUSE = Rule(
    id="ACME7",
    name="old-name",
    family="acme",
    summary="A layer keeps a name that was given up",
    severity=Severity.NOTE,
    confidence=Confidence.HEURISTIC,
    check="object-matches",
    options={},
    message="Layer '{layer}' has an old name.",
    remedy="",
    why="Names are looked up.",
    references=("https://acme.example/rules/7",),
    source="packs/acme/7.toml",
)
IGNORED = Suppression(SuppressionKind.IGNORED, "Known since May.", "ignored.toml")
RULES = (HOUSE, POINTER, CUSTOM, LAMBDA)


def finding(
    rule: Rule,
    message: str,
    *,
    layer: str = "",
    pointer: str = "",
    member: str = "",
    remedy: str | None = None,
    fingerprint: str = "9d5ed678fe57bcca:1",
) -> Finding:
    """Return a finding of a rule; its remedy is the first paragraph of the card's."""
    return Finding(
        rule=rule.id,
        name=rule.name,
        severity=rule.severity,
        confidence=rule.confidence,
        message=message,
        remedy=rule.remedy.split("\n\n")[0] if remedy is None else remedy,
        layer=layer,
        pointer=pointer,
        member=member,
        fingerprint=fingerprint,
    )


def file_report(
    path: str,
    *findings: Finding,
    container: str = "keras-zip",
    status: Status = Status.SCANNED,
    sha256: str | None = None,
    claimed_version: str | None = "2.13.1",
    fingerprint: str = ">=2.13,<3",
    root_class: str | None = "Functional",
    layer_count: int = 14,
) -> FileReport:
    """Return a file's report; without more words a sound one of a `.keras` file."""
    return FileReport(
        path=path,
        sha256=sha256,
        size=20480,
        container=container,
        claimed_version=claimed_version,
        fingerprint=fingerprint,
        backend="tensorflow",
        root_class=root_class,
        layer_count=layer_count,
        status=status,
        findings=findings,
    )


def report(*files: FileReport) -> Report:
    """Return a report in which all of `RULES` were asked."""
    return Report(files=files, rules=RULES, version="0.1.0")


def not_a_model(path: str, *findings: Finding, container: str = "lfs-pointer") -> FileReport:
    """Return the report of a file that holds no model."""
    return file_report(
        path,
        *findings,
        container=container,
        status=Status.NOT_A_MODEL,
        claimed_version=None,
        fingerprint="",
        root_class=None,
        layer_count=0,
    )


def everyday() -> Report:
    """Return a report with a little of everything."""
    return report(
        file_report(
            "models/churn.keras",
            finding(
                LAMBDA,
                "Layer 'scale' stores Python bytecode (312 bytes), which Keras runs when it "
                "loads the model.",
                layer="encoder/scale",
                pointer="/config/layers/3/config/layers/1/config/function",
                member="config.json",
                remedy="Replace layer 'scale' by a registered subclass of `keras.layers.Layer`, "
                "or load the file only if you trust whoever wrote it.",
            ),
            finding(
                CUSTOM,
                "No Keras release ships 'AttentionPool', and the file does not say where it "
                "comes from.",
                layer="encoder/pool",
                pointer="/config/layers/3/config/layers/4",
                member="config.json",
                remedy="Register the class with `@keras.saving.register_keras_serializable()` "
                "and save the model again.",
                fingerprint="0d5ed678fe57bcca:1",
            ),
            finding(
                CUSTOM,
                "No Keras release ships 'AttentionPool', and the file does not say where it "
                "comes from.",
                layer="encoder/pool_1",
                pointer="/config/layers/3/config/layers/5",
                member="config.json",
                remedy="Register the class with `@keras.saving.register_keras_serializable()` "
                "and save the model again.",
                fingerprint="0d5ed678fe57bcca:2",
            ),
            sha256="ab" * 32,
        ),
        file_report("models/clean.keras"),
        file_report(
            "models/legacy/recommender-2019-11-04-final.h5",
            finding(HOUSE, "Layer 'fc1' has an old name.", layer="fc1"),
            container="h5-model",
            status=Status.INCOMPLETE,
            claimed_version=None,
            fingerprint=">=2.2.3,<2.5",
            root_class="Sequential",
            layer_count=1,
        ),
        not_a_model(
            "models/resnet50.keras",
            finding(
                POINTER,
                "The file is a Git LFS pointer (133 bytes), not the model that it stands for.",
                remedy="Run `git lfs pull`, or let the checkout step fetch LFS files.",
            ),
        ),
    )

"""The commands and their options."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

import kerasscan
from kerasscan.cli.baseline_app import baseline_app
from kerasscan.cli.config_app import config_app
from kerasscan.cli.rules_app import rules_app

app = typer.Typer(
    help="Static analyzer for saved Keras models: .keras, .h5, SavedModel, JSON and YAML, "
    "without TensorFlow or Keras.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(rules_app, name="rules")
app.add_typer(config_app, name="config")
app.add_typer(baseline_app, name="baseline")


class OutputFormat(StrEnum):
    """Formats of a scan's report."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"
    MARKDOWN = "markdown"
    RDJSON = "rdjson"


class InspectFormat(StrEnum):
    """Formats of ``inspect``."""

    TEXT = "text"
    JSON = "json"


class CompatFormat(StrEnum):
    """Formats of ``compat``."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class Backend(StrEnum):
    """What Keras 3 can run on."""

    TENSORFLOW = "tensorflow"
    JAX = "jax"
    TORCH = "torch"
    NUMPY = "numpy"


class StubStyle(StrEnum):
    """How a stub makes custom objects known to Keras."""

    REGISTER = "register"
    CUSTOM_OBJECTS = "custom-objects"


class FailOn(StrEnum):
    """What makes a scan exit with 1."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    NEVER = "never"


class MinConfidence(StrEnum):
    """How sure a rule has to be."""

    CERTAIN = "certain"
    LIKELY = "likely"
    HEURISTIC = "heuristic"


class LfsPointers(StrEnum):
    """How bad a Git LFS pointer is."""

    ERROR = "error"
    WARN = "warn"
    IGNORE = "ignore"


class SarifRegion(StrEnum):
    """What SARIF results say of the place inside a file."""

    NONE = "none"
    LINE1 = "line1"


class SarifProfile(StrEnum):
    """Who SARIF is for."""

    GITHUB = "github"
    FULL = "full"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kerasscan {kerasscan.__version__}")
        raise typer.Exit


@app.callback()
def _app(
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", help="Print the version.", callback=_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Hold the options that stand before a command."""


@app.command()
def scan(
    context: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATHS...",
            help="Model files and folders. Folders are searched for model files by name; what "
            "a file is, its content decides.",
        ),
    ],
    output_format: Annotated[
        OutputFormat, typer.Option("--output-format", help="Format of the report on stdout.")
    ] = OutputFormat.TEXT,
    output: Annotated[
        list[str] | None,
        typer.Option("--output", metavar="FORMAT=FILE", help="Write a report to a file too."),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULES",
            help="Ask these rules only: ids, id prefixes, names, families or ALL, with commas.",
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="RULES", help="Leave these rules out.")
    ] = None,
    extend_select: Annotated[
        list[str] | None, typer.Option(metavar="RULES", help="Add these rules to --select.")
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Exit with 1 from this severity on.")
    ] = FailOn.WARNING,
    min_confidence: Annotated[
        MinConfidence,
        typer.Option("--min-confidence", help="Ask only rules that are at least so sure."),
    ] = MinConfidence.HEURISTIC,
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="An earlier report, JSON or SARIF: what it has does not count.",
        ),
    ] = None,
    ignore_file: Annotated[
        str | None,
        typer.Option(
            "--ignore-file",
            metavar="FILE",
            help="Findings that do not count, and why. Without it: the nearest "
            "kerasscan.ignore.toml.",
        ),
    ] = None,
    show_suppressed: Annotated[
        bool, typer.Option("--show-suppressed", help="Show what does not count, too.")
    ] = False,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="End with how often each rule found something.")
    ] = False,
    lfs_pointers: Annotated[
        LfsPointers,
        typer.Option("--lfs-pointers", help="How bad a Git LFS pointer in place of a model is."),
    ] = LfsPointers.ERROR,
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            metavar="REQ",
            help="Releases that the models must load with: keras>=3.6,<3.9, tensorflow==2.10. "
            "Without it: what the project pins, else the newest Keras 3.",
        ),
    ] = None,
    python: Annotated[
        str | None,
        typer.Option(metavar="3.11", help="Python that loads; Lambda bytecode is bound to one."),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="DIR",
            help="Python files that define and register custom objects; read, never run. Without "
            "it: those of the project that the first path lies in.",
        ),
    ] = None,
    no_source: Annotated[
        bool, typer.Option("--no-source", help="Look at no Python files.")
    ] = False,
    rules: Annotated[
        list[str] | None,
        typer.Option("--rules", metavar="DIR", help="Add a folder of cards (a rule pack)."),
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="Names to take for model files in folders."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="Names or paths in folders to leave out."),
    ] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Processes; 0 chooses by itself.")
    ] = 0,
    timeout: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            min=0,
            help="Time for one file; one that takes longer is reported as incomplete. 0: any.",
        ),
    ] = 60,
    max_memory: Annotated[
        int,
        typer.Option(metavar="MIB", min=0, help="Memory for one file, likewise. 0: any."),
    ] = 2048,
    config: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Settings. Without it: the nearest kerasscan.toml, or pyproject.toml with "
            "[tool.kerasscan].",
        ),
    ] = None,
    isolated: Annotated[
        bool, typer.Option("--isolated", help="Look for no file of settings or ignored findings.")
    ] = False,
    show_settings: Annotated[
        bool, typer.Option("--show-settings", help="Tell what is set where, and scan nothing.")
    ] = False,
    no_progress: Annotated[
        bool, typer.Option("--no-progress", help="Draw no progress bar.")
    ] = False,
    sarif_region: Annotated[
        SarifRegion,
        typer.Option("--sarif-region", help="Give SARIF results no region, or line 1."),
    ] = SarifRegion.NONE,
    sarif_profile: Annotated[
        SarifProfile,
        typer.Option(
            "--sarif-profile",
            help="Write SARIF that GitHub takes, or all that SARIF can say: configurations, "
            "weaknesses, suppressed findings.",
        ),
    ] = SarifProfile.GITHUB,
) -> None:
    """Scan model files and report what is found."""
    from kerasscan.cli.scan_command import Wishes, run_scan
    from kerasscan.cli.settings_options import given

    options = {
        "target": tuple(target or ()),
        "python": python,
        "source": tuple(source or ()),
        "include": _split(include),
        "exclude": _split(exclude),
        "select": _split(select),
        "ignore": _split(ignore),
        "extend_select": _split(extend_select),
        "fail_on": fail_on.value,
        "min_confidence": min_confidence.value,
        "lfs_pointers": lfs_pointers.value,
        "rules": tuple(rules or ()),
        "baseline": baseline,
        "ignore_file": ignore_file,
        "output": tuple(output or ()),
        "output_format": output_format.value,
        "jobs": jobs,
        "timeout": timeout,
        "max_memory": max_memory,
    }
    run_scan(
        Wishes(
            paths=tuple(paths),
            given=given(context, options),
            config=config,
            isolated=isolated,
            show_settings=show_settings,
            no_source=no_source,
            progress=not no_progress,
            show_suppressed=show_suppressed,
            statistics=statistics,
            sarif_region=sarif_region.value,
            sarif_profile=sarif_profile.value,
        )
    )


def _split(values: list[str] | None) -> tuple[str, ...]:
    """Return the items of comma-separated, repeated options."""
    return tuple(
        item.strip() for value in values or () for item in value.split(",") if item.strip()
    )


@app.command()
def ignore(
    fingerprint: Annotated[
        str, typer.Argument(metavar="FINGERPRINT", help="Of the finding, from a JSON report.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it does not count.")],
    expires: Annotated[
        str | None,
        typer.Option(metavar="2027-01-31", help="Last day on which the entry counts."),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="File to add to. Without it: the one that a scan of this folder reads, or a new "
            "kerasscan.ignore.toml.",
        ),
    ] = None,
) -> None:
    """Add a finding to the file of ignored findings."""
    from kerasscan.cli.ignore_command import run_ignore

    run_ignore(fingerprint, reason, expires, file)


@app.command()
def compat(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATHS...", help="Model files, and folders to search for them."),
    ],
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            metavar="REQ",
            help="Ask about these releases only: keras>=3.6,<3.9, tensorflow==2.10, tf-keras. "
            "May be repeated.",
        ),
    ] = None,
    python: Annotated[
        str | None,
        typer.Option(metavar="3.11", help="Python that loads; Lambda bytecode is bound to one."),
    ] = None,
    backend: Annotated[
        Backend, typer.Option("--backend", help="Backend of Keras 3.")
    ] = Backend.TENSORFLOW,
    custom_objects: Annotated[
        list[str] | None,
        typer.Option(
            "--custom-objects",
            metavar="NAMES",
            help="Names of custom classes and functions that are passed, with commas.",
        ),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="DIR",
            help="Python files of the program that loads: what they register or pass is there.",
        ),
    ] = None,
    output_format: Annotated[
        CompatFormat, typer.Option("--output-format", help="Format of the output.")
    ] = CompatFormat.TEXT,
) -> None:
    """Tell which Keras releases can load model files, and why the others cannot.

    Exits with 0 when every file loads in every release asked (without --target: in at least
    one), with 1 when one does not, with 3 when that cannot be told.
    """
    from kerasscan.cli.compat_command import Question, run_compat

    run_compat(
        Question(
            paths=tuple(paths),
            targets=tuple(target or ()),
            python=python,
            backend=backend.value,
            custom_objects=_split(custom_objects),
            source=tuple(source or ()),
            output_format=output_format.value,
        )
    )


@app.command()
def stub(
    path: Annotated[str, typer.Argument(help="A model file or model folder.")],
    style: Annotated[
        StubStyle,
        typer.Option("--style", help="Register custom objects, or pass them to load_model."),
    ] = StubStyle.REGISTER,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to a file.")
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            metavar="REQ",
            help="Releases that load the model; before tensorflow 2.16 the module imports "
            "tensorflow.keras.",
        ),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="DIR",
            help="Python files of the project: what they define is imported, not written.",
        ),
    ] = None,
) -> None:
    """Write a Python module with the custom objects that a model needs, bodies to be filled in.

    Exits with 0 when it was written or the model needs none, with 3 when the file could not be
    read to its end, so that something may be missing.
    """
    from kerasscan.cli.stub_command import Request, run_stub

    run_stub(
        Request(
            path=path,
            style=style.value,
            output=output,
            targets=tuple(target or ()),
            source=tuple(source or ()),
        )
    )


@app.command()
def inspect(
    path: Annotated[str, typer.Argument(help="A model file or model folder.")],
    output_format: Annotated[
        InspectFormat, typer.Option("--output-format", help="Format of the output.")
    ] = InspectFormat.TEXT,
) -> None:
    """Show what a model file holds: who saved it, layers, connections and weights."""
    from kerasscan.cli.inspect_command import run_inspect

    run_inspect(path, output_format.value)


@app.command()
def contract(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATHS...", help="Model files, and folders to search for them."),
    ],
    output_format: Annotated[
        CompatFormat, typer.Option("--output-format", help="Format of the output.")
    ] = CompatFormat.TEXT,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="DIR",
            help="Python files of the project: what they do to data before fit and before "
            "predict is told.",
        ),
    ] = None,
) -> None:
    """Tell what models expect of their inputs: range, order of channels, what is done inside.

    Exits with 0, or with 3 when a file could not be read to its end.
    """
    from kerasscan.cli.contract_command import run_contract

    run_contract(paths, output_format.value, tuple(source or ()))


@app.command()
def releases(
    name: Annotated[
        str | None,
        typer.Option("--class", metavar="NAME", help="Show when this class or function shipped."),
    ] = None,
    argument: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Show when this argument of it was accepted."),
    ] = None,
    output_format: Annotated[
        InspectFormat, typer.Option("--output-format", help="Format of the output.")
    ] = InspectFormat.TEXT,
) -> None:
    """List the Keras releases that kerasscan knows, or the history of a class in them."""
    from kerasscan.cli.releases_command import run_releases

    run_releases(name, argument, output_format.value)

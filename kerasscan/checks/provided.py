"""What is known of the packages and modules that a file's custom objects come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kerasscan.catalog.spans import in_words
from kerasscan.checks.check import Check, Options
from kerasscan.custom.needs import Lookup
from kerasscan.custom.standing import Standing, Verdict, verdicts
from kerasscan.model.finding import Case, Observation
from kerasscan.model.saved import Container

_SHOWN = 5
_MODULE_FORMATS = (Container.KERAS_ZIP, Container.KERAS_DIR)
_SATISFIED = (Standing.REGISTERED_HERE, Standing.PASSED_HERE)


def _provider_ended(case: Case, options: Options) -> Iterator[Observation]:
    found: dict[str, list[Verdict]] = defaultdict(list)
    for seen in verdicts(case.saved, case.source):
        if seen.standing is Standing.PROVIDED and seen.provider and seen.provider.ended:
            found[seen.provider.package].append(seen)
    for package, those in found.items():
        provider = those[0].provider
        if provider is None:
            continue
        works = f"; it works with {', '.join(provider.releases)}" if provider.releases else ""
        facts = {
            "package": package,
            "ended": provider.ended or "",
            "ending": f": {provider.ending}" if provider.ending else "",
            "works_with": works,
            "names": _names(those),
        }
        yield Observation(those[0].need.found.address, facts, package)


def _names(those: list[Verdict]) -> str:
    names = list(dict.fromkeys(seen.need.key for seen in those))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f"'{name}'" for name in names[:_SHOWN]) + more


def _module_import(case: Case, options: Options) -> Iterator[Observation]:
    """Report modules that a release of the target no longer imports for a file.

    Source: ``_retrieve_class_or_fn`` in keras/src/saving/serialization_lib.py, which imports
    nothing but keras, keras_hub, keras_cv and keras_nlp from 3.9.0 on.
    """
    if case.saved.artifact.container not in _MODULE_FORMATS:
        return
    refusing = [each.release for each in case.outcomes if _imports_no_more(each.release)]
    if not refusing:
        return
    found: dict[str, list[Verdict]] = defaultdict(list)
    for seen in verdicts(case.saved, case.source):
        if seen.need.lookup is Lookup.MODULE and seen.standing not in _SATISFIED:
            found[seen.need.found.module or ""].append(seen)
    for module, those in found.items():
        facts = {"module": module, "releases": in_words(refusing), "names": _names(those)}
        yield Observation(those[0].need.found.address, facts, module)


def _imports_no_more(requirement: str) -> bool:
    product, _, version = requirement.partition("==")
    numbers = tuple(int(part) for part in version.split(".")[:2])
    return product == "keras" and numbers >= (3, 9)


PROVIDER_ENDED = Check(
    name="provider-ended",
    summary="A package that the file's custom objects come from, and that was given up.",
    run=_provider_ended,
    needs_source=True,
    facts={
        "package": "the package's name on PyPI",
        "ended": "year and month in which it was given up",
        "ending": "what was said of it, after a colon and a blank; or nothing",
        "works_with": "the releases that it works with, after a semicolon; or nothing",
        "names": "the classes and functions that the file needs of it",
    },
)

MODULE_IMPORT = Check(
    name="module-import",
    summary="A module outside of Keras that the file names and a release of the target does not "
    "import any more.",
    run=_module_import,
    needs_source=True,
    needs_outcomes=True,
    facts={
        "module": "the module",
        "releases": "the releases of the target that do not import it",
        "names": "the classes and functions that the file needs of it",
    },
)

"""Microsoft's SARIF multitool, which knows what GitHub wants; a package of npm.

It is installed once, into pytest's cache folder.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

PACKAGE = "@microsoft/sarif-multitool@5.7.0"

_PLATFORMS = {("Linux", "x86_64"): "linux", ("Darwin", "x86_64"): "darwin"}

_SETTINGS = {
    "GH1001.ProvideRequiredLocationProperties.Options": {"RuleEnabled": "Error"},
    "GH1002.InlineThreadFlowLocations.Options": {"RuleEnabled": "Error"},
    "GH1003.ProvideRequiredRegionProperties.Options": {"RuleEnabled": "Note"},
    "GH1005.LocationsMustBeRelativeUrisOrFilePaths.Options": {"RuleEnabled": "Error"},
    "GH1006.ProvideCheckoutPath.Options": {"RuleEnabled": "Error"},
    "GH1007.ProvideFullyFormattedMessageStrings.Options": {"RuleEnabled": "Error"},
    "SARIF2006.UrisShouldBeReachable.Options": {"RuleEnabled": "Disabled"},
}
"""Most of GitHub's rules are off by default; the last one would ask the network."""


class NoMultitool(Exception):
    """It cannot be had here; the message says why."""


def multitool(folder: Path) -> Path:
    """Return the program, installed below a folder.

    Raises:
        NoMultitool: npm is missing, has no such package, or none for this platform.
    """
    system = _PLATFORMS.get((platform.system(), platform.machine()))
    npm = shutil.which("npm")
    if system is None or npm is None:
        raise NoMultitool("npm is missing" if npm is None else "no package for this platform")
    home = folder / "node_modules" / "@microsoft" / f"sarif-multitool-{system}"
    if not (home / "Sarif.Multitool").exists():
        done = subprocess.run(  # noqa: S603 - our own words, no shell
            [npm, "install", "--ignore-scripts", "--prefix", str(folder), PACKAGE],
            capture_output=True,
            text=True,
            timeout=300,
        )
        if done.returncode != 0:
            raise NoMultitool(f"npm cannot install it: {done.stderr.strip()[-200:]}")
    program = home / "Sarif.Multitool"
    program.chmod(0o755)
    return program


def verdicts(program: Path, sarif: str, folder: Path) -> list[tuple[str, str, str]]:
    """Return level, rule and place of all that it objects to in a SARIF file.

    Its exit code is 0 with errors, too: only its own report tells.
    """
    subject, settings, told = (folder / name for name in ("in.sarif", "cfg.json", "out.sarif"))
    subject.write_text(sarif, encoding="utf-8")
    settings.write_text(json.dumps(_SETTINGS), encoding="utf-8")
    words = ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note", "--log"]
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        [program, "validate", subject, "-c", settings, *words, "ForceOverwrite", "-o", told],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    (run,) = json.loads(told.read_text(encoding="utf-8-sig"))["runs"]
    notes = run["invocations"][0].get("toolExecutionNotifications", [])
    assert [note for note in notes if note.get("level") == "error"] == []
    return [_verdict(result) for result in run["results"]]


def _verdict(result: dict[str, Any]) -> tuple[str, str, str]:
    place = " ".join(result["message"].get("arguments", ()))
    return result.get("level", "warning"), result["ruleId"], place

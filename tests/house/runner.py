"""A stand-in for the runner of GitHub Actions: runs the shell steps of action.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from .ground import ROOT, Done, run

ACTION = cast("dict[str, Any]", yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8")))
"""What action.yml says."""

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_ALL_OF_BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
"""How the runner starts a step with ``shell: bash``."""


@dataclass
class Runner:
    """One use of the action.

    Attributes:
        workspace: The checked-out repository.
        temporary: RUNNER_TEMP, and what the runner keeps.
        inputs: Those that the workflow gives.
        outputs: Outputs of steps by the step's id; tests may set what they leave out.
        action: Where the action is checked out.
    """

    workspace: Path
    temporary: Path
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    action: Path = ROOT

    def run(self, step_id: str, **more: str) -> Done:
        """Run a step, with more variables in its environment, and keep its outputs."""
        step = step_of(step_id)
        self.temporary.mkdir(exist_ok=True)
        script = self.temporary / f"{step_id}.sh"
        script.write_text(step["run"], encoding="utf-8")
        kept = self.temporary / f"{step_id}.output"
        kept.write_text("", encoding="utf-8")
        folder = self.workspace / self.value(step.get("working-directory", "."))
        variables = {name: self.value(text) for name, text in step.get("env", {}).items()}
        files = {"GITHUB_OUTPUT": str(kept), "GITHUB_STEP_SUMMARY": str(self.summary)}
        places = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_ACTION_PATH": str(self.action),
            "RUNNER_TEMP": str(self.temporary),
        }
        done = run(
            [*_ALL_OF_BASH, str(script)], cwd=folder, env={**files, **places, **variables, **more}
        )
        lines = kept.read_text(encoding="utf-8").splitlines()
        self.outputs[step_id] = dict(line.split("=", 1) for line in lines)
        return done

    @property
    def summary(self) -> Path:
        """Return the file that becomes the summary of the job."""
        return self.temporary / "summary.md"

    def value(self, text: str) -> str:
        """Return text of action.yml with its expressions replaced."""
        return _EXPRESSION.sub(lambda found: self._look_up(found[1]), text)

    def _look_up(self, name: str) -> str:
        room, _, rest = name.partition(".")
        if room == "inputs":
            return self.inputs.get(rest, str(ACTION["inputs"][rest]["default"]))
        assert room == "steps", name
        step_id, _, output = rest.split(".")
        return self.outputs.get(step_id, {}).get(output, "")


def step_of(step_id: str) -> dict[str, Any]:
    """Return a step of the action by its id."""
    (step,) = [step for step in ACTION["runs"]["steps"] if step.get("id") == step_id]
    return cast("dict[str, Any]", step)


def obeyed(output: str) -> Iterator[str]:
    """Yield the lines of a step's output that the runner takes for commands.

    It does so with lines that begin with ``::`` after white space, and with ``##[`` anywhere,
    unless ``::stop-commands::`` stands before (``ActionCommand.cs`` of actions/runner).
    """
    token = None
    for line in output.splitlines():
        words = line.strip()
        if token is not None:
            token = None if words == f"::{token}::" else token
        elif words.startswith("::stop-commands::"):
            token = words.removeprefix("::stop-commands::")
        elif words.startswith("::") or "##[" in words:
            yield words
    assert token is None, "commands stay switched off"

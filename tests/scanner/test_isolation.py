"""A whole scan, from the command line, of a folder with files that end what reads them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from kerasscan.cli import exits
from kerasscan.cli.app import scan as scan_options
from kerasscan.reader.limits import DEFAULT_LIMITS, MIB
from tests.house.ground import ROOT
from tests.reader.handmade import CONFIG

from .misbehaving import SITECUSTOMIZE

ODD = {"a03-killed.json", "a07-deaf.json", "a11-swells.json"}
LIMITED = ("--timeout", "3", "--max-memory", "256")
OUTPUTS = ("--output", "json=out.json", "--output", "sarif=out.sarif")
ENDED = 10.0
"""Seconds in which every process of a scan that is over has ended."""


class Place:
    """A folder of models, and how the command line is started on it."""

    def __init__(self, folder: Path) -> None:
        self.models = folder / "models"
        self.models.mkdir()
        start = folder / "start"
        start.mkdir()
        (start / "sitecustomize.py").write_text(SITECUSTOMIZE)
        inherited = {key: value for key, value in os.environ.items() if "COLOR" not in key}
        self.env = {**inherited, "PYTHONPATH": os.pathsep.join([str(start), str(ROOT)])}

    def put(self, *names: str) -> list[str]:
        for name in names:
            (self.models / name).write_text(CONFIG)
        return list(names)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own words, no shell
            [sys.executable, "-m", "kerasscan", "scan", "models", "--no-source", *arguments],
            cwd=self.models.parent,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # so that all its processes can be found
            preexec_fn=_heed_interrupts,
        )

    def output(self, output_format: str) -> str:
        return (self.models.parent / f"out.{output_format}").read_text()

    def run(self, *arguments: str) -> tuple[int, str]:
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=60)
        assert err == b""
        assert has_ended(process.pid)
        return process.returncode, out.decode()


def _heed_interrupts() -> None:
    """Undo what a shell does for programs in its background, from which the tests may be run."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def has_ended(group: int) -> bool:
    """Whether no process of a group is left, or is about to be."""
    until = time.monotonic() + ENDED
    while is_there(group) and time.monotonic() < until:
        time.sleep(0.02)
    return not is_there(group)


def folder_of_20(place: Place) -> list[str]:
    odd = {int(name[1:3]): name for name in ODD}
    return place.put(*(odd.get(number, f"a{number:02}-good.json") for number in range(20)))


def test_the_options_have_the_reader_s_limits() -> None:
    options = signature(scan_options).parameters
    assert options["timeout"].default == DEFAULT_LIMITS.seconds
    assert options["max_memory"].default * MIB == DEFAULT_LIMITS.memory_bytes


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), exits.FINDINGS),  # KF301 is an error, KF310 a warning
        (("--jobs", "3", "--fail-on", "never"), exits.INCOMPLETE),
    ],
)
def test_one_killed_one_hung_and_one_out_of_memory_cost_no_other_file(
    place: Place, arguments: tuple[str, ...], expected: int
) -> None:
    names = folder_of_20(place)
    code, text = place.run(*LIMITED, *OUTPUTS, *arguments)
    assert code == expected
    files = json.loads(place.output("json"))["files"]
    assert [Path(file["path"]).name for file in files] == names
    status = {Path(file["path"]).name: file["status"] for file in files}
    assert {name for name, each in status.items() if each == "incomplete"} == ODD
    assert {each for name, each in status.items() if name not in ODD} == {"scanned"}
    assert notified(json.loads(place.output("sarif"))) == ODD
    parts = {part.split()[0]: " ".join(part.split()) for part in text.split("models/")[1:]}
    assert {name for name, part in parts.items() if "incomplete" in part} == ODD
    assert "died (SIGKILL" in parts["a03-killed.json"]
    assert "took longer than 3 s" in parts["a07-deaf.json"]
    assert "ran out of memory beyond 256 MiB" in parts["a11-swells.json"]
    assert "3 files could not be read to their end" in text


def notified(sarif: dict[str, Any]) -> set[str]:
    """Return the names of the files that a notification calls incomplete."""
    (run,) = sarif["runs"]
    (invocation,) = run["invocations"]
    return {
        Path(notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]).name
        for notification in invocation["toolExecutionNotifications"]
        if notification["descriptor"]["id"] == "incomplete-scan"
    }


def test_one_process_says_what_two_say(place: Place) -> None:
    place.put("a.json", "b-hangs.json", "c-swells.json", "d.json")
    code, text = place.run(*LIMITED, *OUTPUTS, "--jobs", "1")
    outputs = place.output("json"), place.output("sarif")
    assert "2 files could not be read to their end" in text
    assert place.run(*LIMITED, *OUTPUTS, "--jobs", "2") == (code, text)
    assert (place.output("json"), place.output("sarif")) == outputs


def test_a_file_alone_is_given_up_too(place: Place) -> None:
    place.put("a-hangs.json")
    code, text = place.run("--timeout", "0.5")
    assert code == exits.FINDINGS
    assert "took longer than 0.5 s" in " ".join(text.split())


PATIENT, HASTY = "120", "3"
"""Seconds that a file may take: longer than a test waits, and short."""


@pytest.fixture
def hanging(place: Place, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    """A scan in two processes, when both have begun a file that hangs."""
    place.put("a-hangs.json", "b-hangs.json", "c.json")
    with place.start("--jobs", "2", "--timeout", request.param) as process:
        until = time.monotonic() + 30
        while len(list(place.models.glob("*.begun"))) < 2:
            assert time.monotonic() < until
            time.sleep(0.02)
        yield process
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("hanging", [PATIENT], indirect=True)
@pytest.mark.parametrize("whole_group", [True, False], ids=["from the keyboard", "to the parent"])
def test_an_interrupt_leaves_no_process(
    hanging: subprocess.Popen[bytes], whole_group: bool
) -> None:
    (os.killpg if whole_group else os.kill)(hanging.pid, signal.SIGINT)
    _, err = hanging.communicate(timeout=60)  # before the files are given up
    assert hanging.returncode not in (exits.CLEAN, exits.INCOMPLETE)
    assert b"Traceback" not in err
    assert has_ended(hanging.pid)


@pytest.mark.parametrize("hanging", [HASTY], indirect=True)
def test_when_the_parent_is_killed_its_processes_end_by_themselves(
    hanging: subprocess.Popen[bytes],
) -> None:
    os.kill(hanging.pid, signal.SIGKILL)
    hanging.wait()
    assert is_there(hanging.pid)
    assert has_ended(hanging.pid)

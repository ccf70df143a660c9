"""The progress bar: for people who wait, and for nobody else."""

from __future__ import annotations

import io
import sys

import pytest

from kerasscan.cli import terminal


class Screen(io.StringIO):
    """A standard error that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def watch(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Put a screen in place of standard error, inside the test: pytest has its own before."""
    shown = Screen()
    monkeypatch.setattr(sys, "stderr", shown)
    return shown


def test_short_work_draws_nothing_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = watch(monkeypatch)
    with terminal.progress_bar(wanted=True) as progress:
        assert progress is not None
        for done in range(1, 5):
            progress(done, 4)
    assert screen.getvalue() == ""


def test_long_work_draws_a_bar_that_counts_files(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = watch(monkeypatch)
    monkeypatch.setattr(terminal, "_BAR_AFTER", -1.0)
    monkeypatch.setenv("TERM", "xterm")
    with terminal.progress_bar(wanted=True) as progress:
        assert progress is not None
        progress(3, 4)
    assert "3/4" in screen.getvalue()


def test_no_bar_is_given_when_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    watch(monkeypatch)
    with terminal.progress_bar(wanted=False) as progress:
        assert progress is None


def test_no_bar_is_given_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with terminal.progress_bar(wanted=True) as progress:
        assert progress is None

"""The default report, as a person sees it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kerasscan.model.excerpt import Excerpt
from kerasscan.model.finding import FileReport, Report, Status
from kerasscan.report.text import render_text

from .reports import (
    CUSTOM,
    HOUSE,
    IGNORED,
    LAMBDA,
    everyday,
    file_report,
    finding,
    not_a_model,
    report,
)

EVERYDAY_AT_80 = """\
models/churn.keras (keras-zip, Keras 2.13.1, Functional, 14 layers)

  error[KS101] lambda-bytecode in encoder/scale
    --> config.json#/config/layers/3/config/layers/1/config/function
    Layer 'scale' stores Python bytecode (312 bytes), which Keras runs when it
    loads the model.
    help: Replace layer 'scale' by a registered subclass of
          `keras.layers.Layer`, or load the file only if you trust whoever wrote
          it.

  warning[KR101] unregistered-layer in encoder/pool
    --> config.json#/config/layers/3/config/layers/4
    No Keras release ships 'AttentionPool', and the file does not say where it
    comes from.
    help: Register the class with `@keras.saving.register_keras_serializable()`
          and save the model again.

  warning[KR101] unregistered-layer in encoder/pool_1
    --> config.json#/config/layers/3/config/layers/5
    No Keras release ships 'AttentionPool', and the file does not say where it
    comes from.

models/legacy/recommender-2019-11-04-final.h5
  h5-model, Keras >=2.2.3,<2.5, Sequential, 1 layer
  incomplete: Part of this file could not be read: it may hold more than is
              reported here.

  note[ACME7] old-name in fc1
    Layer 'fc1' has an old name.

models/resnet50.keras (not a model: lfs-pointer)

  error[KF101] lfs-pointer
    The file is a Git LFS pointer (133 bytes), not the model that it stands for.
    help: Run `git lfs pull`, or let the checkout step fetch LFS files.

Found 2 errors, 2 warnings and 1 note in 3 of 4 files; 1 file could not be read to its end \
and 1 file is not a model.
"""

SOUND = file_report("a.keras")
FLAWED = file_report("b.keras", finding(CUSTOM, "No Keras release ships 'A'."))
CUT = file_report("c.keras", status=Status.INCOMPLETE)
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([], "No files to scan."),
        ([SOUND], "No findings in 1 file."),
        ([SOUND, SOUND], "No findings in 2 files."),
        ([FLAWED], "Found 1 warning in 1 file."),
        ([SOUND, FLAWED], "Found 1 warning in 1 of 2 files."),
        ([SOUND, CUT], "No findings in 2 files, but 1 file could not be read to its end."),
        ([CUT, CUT], "No findings in 2 files, but 2 files could not be read to their end."),
        ([not_a_model("d.keras")], "No findings in 1 file, but 1 file is not a model."),
        (
            [FLAWED, CUT, not_a_model("d"), not_a_model("e")],
            "Found 1 warning in 1 of 4 files; "
            "1 file could not be read to its end and 2 files are not models.",
        ),
    ],
)
def test_the_last_line_counts_and_never_hides_what_stayed_unseen(
    files: list[FileReport], sentence: str
) -> None:
    report = Report(tuple(files), (), "0.1.0")
    shown = render_text(report, color=False)
    assert shown.splitlines()[-1] == sentence


def test_files_without_findings_are_counted_but_not_listed() -> None:
    assert render_text(report(SOUND, SOUND), color=False) == "No findings in 2 files.\n"


def test_an_everyday_report_reads_well_at_80_columns() -> None:
    assert render_text(everyday(), color=False, width=80) == EVERYDAY_AT_80


def test_80_columns_are_the_default() -> None:
    assert render_text(everyday(), color=False) == EVERYDAY_AT_80


def test_without_colour_there_is_no_escape_sequence() -> None:
    assert "\x1b" not in render_text(everyday(), color=False)


def test_colour_changes_nothing_but_the_colour() -> None:
    coloured = render_text(everyday(), color=True)
    assert ANSI.sub("", coloured) == EVERYDAY_AT_80
    assert "\x1b[1;31merror[KS101]\x1b[0m" in coloured


def test_every_style_ends_on_its_own_line() -> None:
    for line in render_text(everyday(), color=True).splitlines():
        assert len(ANSI.findall(line)) % 2 == 0
        assert ANSI.findall(line)[1::2] == ["\x1b[0m"] * (len(ANSI.findall(line)) // 2)


def test_prose_is_not_wider_than_a_hundred_columns_on_a_wide_terminal() -> None:
    wide = finding(LAMBDA, "word " * 100, remedy="word " * 100)
    for line in render_text(report(file_report("a", wide)), color=False, width=300).splitlines():
        assert len(line) <= 100


def test_names_and_places_stay_whole_on_a_narrow_terminal() -> None:
    pointer = "/config" * 20
    narrow = finding(LAMBDA, "Found.", layer="block/" * 20, pointer=pointer, member="config.json")
    shown = render_text(report(file_report("m/" * 40, narrow)), color=False, width=20)
    for whole in ("m/" * 40, f"in {'block/' * 20}", f"--> config.json#{pointer}"):
        assert any(line.strip() == whole for line in shown.splitlines())


def test_an_incomplete_file_is_named_though_nothing_was_found_in_it() -> None:
    shown = render_text(report(CUT), color=False)
    assert shown.startswith("c.keras (keras-zip, ")
    assert "  incomplete: Part of this file could not be read" in shown


def test_a_file_that_is_no_model_is_named_though_nothing_was_found_in_it() -> None:
    shown = render_text(report(not_a_model("d.keras", container="html")), color=False)
    assert shown.startswith("d.keras (not a model: html)\n\n")


def test_the_same_help_is_given_once_in_a_row() -> None:
    shown = render_text(
        report(
            file_report(
                "a.keras",
                finding(CUSTOM, "First.", remedy="Register it."),
                finding(CUSTOM, "Second.", remedy="Register it."),
                finding(HOUSE, "Third.", remedy="Register it."),
            )
        ),
        color=False,
    )
    assert shown.count("help: Register it.") == 2
    assert re.search(r"First\.\n +help: Register it\.\n", shown)


def test_a_file_cannot_write_to_the_terminal() -> None:
    evil = "\x1b[2J\x9b31m\r\n\u202egpj\u2028\x00\ud800"
    hostile = finding(
        LAMBDA, f"Layer '{evil}'.", layer=evil, pointer=f"/{evil}", member=evil, remedy=evil
    )
    shown = render_text(
        report(
            file_report(
                f"a{evil}.keras", hostile, claimed_version=evil, root_class=evil, fingerprint=evil
            )
        ),
        color=False,
    )
    assert all(char.isprintable() for char in shown.replace("\n", ""))
    assert r"a\x1b[2J\x9b31m\r\n\u202egpj\u2028\x00\ud800.keras" in shown
    shown.encode()


def test_a_file_without_a_version_shows_the_versions_that_its_keys_allow() -> None:
    silent = file_report("a.keras", finding(CUSTOM, "Found."), claimed_version=None)
    assert "(keras-zip, Keras >=2.13,<3, Functional, 14 layers)" in render_text(
        report(silent), color=False
    )


def test_weights_alone_show_neither_class_nor_layers() -> None:
    weights = file_report(
        "a.weights.h5",
        finding(HOUSE, "Found."),
        container="h5-weights",
        claimed_version=None,
        fingerprint="",
        root_class=None,
        layer_count=0,
    )
    assert render_text(report(weights), color=False).startswith("a.weights.h5 (h5-weights)\n")


def test_a_fact_as_long_as_a_book_does_not_fill_the_screen() -> None:
    shown = render_text(
        report(file_report("a.keras", finding(CUSTOM, "Found."), root_class="A" * 10_000)),
        color=False,
    )
    assert "A" * 37 + "..." in shown
    assert len(shown) < 500


SHOWN = Excerpt(('"name": "a",', '"rate": 1.5,', '"seed": null'), 1, 1)
LINKED = re.compile(r"\x1b\]8;;([!-~]*)\x1b\\")


def test_the_lines_that_a_finding_is_about_are_marked_among_their_neighbours() -> None:
    flaw = replace(finding(CUSTOM, "Found.", remedy="", pointer="/rate"), excerpt=SHOWN)
    shown = render_text(report(file_report("a.keras", flaw)), color=False)
    assert (
        """\
    --> #/rate
      | "name": "a",
    > | "rate": 1.5,
      | "seed": null
    Found.
"""
        in shown
    )


def test_the_same_lines_are_shown_once_in_a_row() -> None:
    flaw = replace(finding(CUSTOM, "Found.", pointer="/rate"), excerpt=SHOWN)
    other = replace(flaw, rule="KS101", remedy="Mend it.")
    shown = render_text(report(file_report("a.keras", flaw, other)), color=False)
    assert shown.count('> | "rate": 1.5,') == 1


def test_lines_wider_than_the_terminal_are_cut() -> None:
    wide = Excerpt(('"' + "x" * 200 + '": 1',), 0, 0)
    flaw = replace(finding(CUSTOM, "Found.", pointer="/x"), excerpt=wide)
    for line in render_text(report(file_report("a", flaw)), color=False, width=60).splitlines():
        assert len(line) <= 60


def test_links_change_nothing_that_is_seen_and_end_where_they_begin() -> None:
    linked = render_text(everyday(), color=False, links=True)
    assert LINKED.sub("", linked) == EVERYDAY_AT_80
    urls = LINKED.findall(linked)
    assert urls[::2] == [url for url in urls[::2] if url.startswith("https://")]
    assert set(urls[1::2]) == {""}
    assert len(urls) == 2 * 5
    assert any(url.endswith("/rules/ks101/") for url in urls)


def test_a_pack_s_link_cannot_write_to_the_terminal() -> None:
    evil = replace(HOUSE, references=("https://x\x1b[2J",))
    found = Report((file_report("a", finding(evil, "Found.")),), (evil,), "0.1.0")
    assert "\x1b" not in render_text(found, color=False, links=True)


def test_suppressed_findings_are_counted_and_shown_only_on_request() -> None:
    secret = replace(finding(LAMBDA, "Secretly.", remedy=""), suppression=IGNORED)
    found = report(file_report("a.keras", secret))
    assert render_text(found, color=False) == "No findings in 1 file.\n1 finding is suppressed.\n"
    shown = render_text(found, color=False, show_suppressed=True)
    assert "    suppressed: Known since May. (ignored, by ignored.toml)\n" in shown
    assert shown.endswith("\n\nNo findings in 1 file.\n1 finding is suppressed.\n")


def test_statistics_count_by_rule_most_often_first() -> None:
    shown = render_text(everyday(), color=False, statistics=True)
    assert (
        """\

2  warning  KR101  unregistered-layer
1  note     ACME7  old-name
1  error    KF101  lfs-pointer
1  error    KS101  lambda-bytecode

Found 2 errors"""
        in shown
    )
    assert render_text(report(SOUND), color=False, statistics=True) == "No findings in 1 file.\n"

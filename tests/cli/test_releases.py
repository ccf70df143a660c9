"""``kerasscan releases``."""

from __future__ import annotations

import json

from kerasscan.catalog.shipped import known_releases
from tests.cli.door import run


def test_every_release_is_listed_with_its_product_line() -> None:
    done = run("releases")
    assert done.exit_code == 0
    assert f"{len(known_releases())} releases in 5 product lines" in done.stdout
    assert "3.15.1" in done.stdout


def test_the_history_of_a_class_tells_what_came_and_went() -> None:
    done = run("releases", "--class", "Dense")
    assert done.exit_code == 0
    assert "  argument 'quantization_config'  3.13.0 to 3.15.1" in done.stdout.splitlines()


def test_the_history_of_an_argument_says_never_where_it_never_was() -> None:
    done = run("releases", "--class", "keras.layers.LSTM", "--argument", "time_major")
    assert "  accepts 'time_major'  never" in done.stdout.splitlines()
    assert any(line.startswith("  accepts 'time_major'  1.") for line in done.stdout.splitlines())


def test_json_holds_the_same_spans() -> None:
    arguments = ("--class", "Dense", "--argument", "lora_alpha", "--output-format", "json")
    document = json.loads(run("releases", *arguments).stdout)
    assert document["schema"] == "kerasscan-releases/1"
    (keras_3,) = [row for row in document["history"] if row["line"] == "keras3"]
    assert [first for first, _ in keras_3["arguments"]["lora_alpha"]] == ["3.10.0"]


def test_the_list_as_json_names_the_archive_of_every_release() -> None:
    document = json.loads(run("releases", "--output-format", "json").stdout)
    assert len(document["releases"]) == len(known_releases())
    assert all(len(row["sha256"]) == 64 for row in document["releases"])


def test_an_unknown_class_is_a_wrong_call_with_a_suggestion() -> None:
    done = run("releases", "--class", "Dens")
    assert done.exit_code == 2
    assert "did you mean 'Dense'?" in done.stderr


def test_an_argument_without_a_class_is_a_wrong_call() -> None:
    assert run("releases", "--argument", "units").exit_code == 2

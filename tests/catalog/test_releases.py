"""Releases as people name them, and what requirements mean."""

from __future__ import annotations

import pytest

from kerasscan.catalog.releases import BadRequirement, newest, releases, requested


def names(requirement: str) -> list[str]:
    return [each.requirement for each in requested(requirement)]


def test_all_lines_that_load_models_are_there() -> None:
    found = [each.requirement for each in releases()]
    assert found[0] == "keras==2.0.0"
    assert {"tensorflow==1.15", "tensorflow==2.0", "tensorflow==2.15"} < set(found)
    assert found[-1] == newest().requirement
    assert not any(name.startswith("keras==1.") for name in found)


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("keras>=3.6,<3.9", ["keras==3.6.0", "keras==3.7.0", "keras==3.8.0"]),
        ("tensorflow==2.10", ["tensorflow==2.10"]),
        ("tensorflow==2.10.1", ["tensorflow==2.10"]),
        ("tensorflow-cpu~=2.10.0", ["tensorflow==2.10"]),
        ("tf_keras==2.18.*", ["tf-keras==2.18.0"]),
        ("tensorflow>=2.16", [newest().requirement]),
        ("keras==2.10", ["tensorflow==2.10"]),
        ("keras>=2.14,<3", ["tensorflow==2.14", "tensorflow==2.15"]),
        ("tensorflow>=2.15", ["tensorflow==2.15", newest().requirement]),
    ],
)
def test_a_requirement_means_releases(requirement: str, expected: list[str]) -> None:
    assert names(requirement) == expected


@pytest.mark.parametrize("requirement", ["keras=>3", "numpy", "keras==2.4.3", "", "keras>99"])
def test_what_names_no_release_is_refused_with_what_there_is(requirement: str) -> None:
    with pytest.raises(BadRequirement) as caught:
        requested(requirement)
    assert repr(requirement) in str(caught.value)


def test_an_empty_keras_says_what_to_name() -> None:
    with pytest.raises(BadRequirement, match=r"2\.0\.0 to 2\.3\.1, 3\.0\.0 to .*name tensorflow"):
        requested("keras==2.4.3")

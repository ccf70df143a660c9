"""What stands in for a class that is gone."""

from __future__ import annotations

import pytest

from kerasscan.catalog.builtin import is_builtin_class
from kerasscan.catalog.contents import contents_of
from kerasscan.catalog.releases import newest, requested
from kerasscan.catalog.replacements import instead_of, replacements


@pytest.mark.parametrize("name", sorted(replacements()))
def test_a_replaced_class_is_keras_own_and_gone_from_the_newest(name: str) -> None:
    assert is_builtin_class(name)
    newest_contents = contents_of(newest().known)
    assert not any(
        newest_contents.in_table(kind, name) for kind in ("layer", "metric", "constraint")
    )
    assert set(replacements()[name]) == {"by", "source"}


@pytest.mark.parametrize(
    ("name", "requirement", "said"),
    [
        ("ThresholdedReLU", "keras==3.15.1", "use ReLU with threshold in place of theta"),
        ("RMSNormalization", "keras==3.8.0", "it came with keras 3.9.0"),
        ("GroupNormalization", "tensorflow==2.4", "it came with tensorflow 2.11"),
        ("RMSNormalization", "tensorflow==2.4", ""),
        ("LSTM", "keras==3.15.1", ""),
    ],
)
def test_it_is_said_what_helps(name: str, requirement: str, said: str) -> None:
    assert instead_of(name, requested(requirement)[0].known) == said

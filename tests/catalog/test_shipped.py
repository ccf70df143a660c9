"""The folded data unfolds to what was harvested, and answers questions."""

import json
from pathlib import Path

import pytest

from kerasscan.catalog import shipped as module
from kerasscan.catalog.builtin import is_builtin_class, is_builtin_function
from kerasscan.catalog.contents import shipped
from kerasscan.catalog.shipped import FAMILIES, KnownRelease, known_releases, snapshot
from kerasscan.catalog.tree import digest

DATA = Path(module.__file__).parent / "data"


@pytest.mark.parametrize("release", known_releases(), ids=lambda r: r.requirement)
def test_every_release_unfolds_to_the_snapshot_it_was_harvested_as(release: KnownRelease) -> None:
    trees = {family: snapshot(release, family) for family in FAMILIES}
    assert digest({family: tree for family, tree in trees.items() if tree}) == release.digest


def test_every_data_file_belongs_to_a_line_and_a_family() -> None:
    known = {f"{r.line}-{family}" for r in known_releases() for family in FAMILIES} | {"releases"}
    assert {path.stem for path in DATA.iterdir()} <= known


def test_data_stays_small_enough_to_be_reviewed_and_installed() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 2_000_000


def test_data_is_sorted() -> None:
    for path in DATA.glob("*-*.json"):
        names = list(json.loads(path.read_text("utf-8")))
        assert names == sorted(names), path.name


def test_every_product_line_is_there() -> None:
    requirements = {release.requirement for release in known_releases()}
    assert {
        "keras==1.0.0",
        "keras==2.3.1",
        "tensorflow==1.15.0",
        "tensorflow==2.4.4",
    } < requirements
    assert {"keras==2.6.0", "keras==2.15.0", "tf-keras==2.21.0", "keras==3.0.0"} < requirements
    assert len(requirements) == len(known_releases())


@pytest.mark.parametrize(
    ("path", "argument", "without", "with_it"),
    [
        ("keras.layers.Dense", "quantization_config", "keras==3.12.4", "keras==3.13.0"),
        ("keras.layers.BatchNormalization", "renorm", "keras==3.13.2", "keras==3.14.0"),
        ("keras.initializers.GlorotUniform", "input_axes", "keras==3.14.1", "keras==3.15.0"),
        ("keras.layers.MultiHeadAttention", "use_gate", "keras==3.13.2", "keras==3.14.0"),
        ("keras.layers.Embedding", "input_length", "keras==3.1.1", "keras==3.2.0"),
        ("keras.layers.LSTM", "time_major", "keras==3.0.0", "keras==2.15.0"),
        ("keras.layers.Conv2D", "groups", "tensorflow==2.2.3", "tensorflow==2.3.4"),
        ("keras.layers.Attention", "score_mode", "keras==2.8.0", "keras==2.9.0"),
        ("keras.layers.InputLayer", "batch_shape", "keras==2.15.0", "keras==3.0.0"),
        ("keras.layers.UpSampling2D", "interpolation", "keras==2.2.2", "keras==2.2.4"),
        ("keras.layers.LSTM", "units", "keras==1.2.2", "keras==2.0.0"),
    ],
)
def test_an_argument_is_accepted_from_the_release_that_introduced_it(
    path: str, argument: str, without: str, with_it: str
) -> None:
    old, new = shipped(without).by_path(path), shipped(with_it).by_path(path)
    assert old is not None
    assert new is not None
    assert not old.accepts(argument)
    assert new.accepts(argument)


def test_what_a_layer_writes_and_reads_back() -> None:
    dense = shipped("keras==3.15.1").by_path("keras.layers.Dense")
    assert dense is not None
    assert dense.required == ("units",)
    assert dense.default("use_bias") == "True"
    assert {"units", "name", "trainable", "dtype"} <= set(dense.written)
    assert "activity_regularizer" in dense.written_sometimes
    assert (dense.from_config, dense.from_config_reads) == ("Dense", ("quantization_config",))
    assert dense.module == "keras.src.layers.core.dense"
    assert dense.is_saveable


def test_an_alias_leads_to_the_class_it_stands_for() -> None:
    contents = shipped("keras==2.15.0")
    alias = contents.by_path("keras.layers.Convolution2D")
    assert alias is not None
    assert alias.canonical == "keras.layers.Conv2D"
    query = shipped("keras==3.15.1").by_path("keras.layers.GroupQueryAttention")
    assert query is not None
    assert query.name == "GroupedQueryAttention"


def test_an_unexported_class_is_found_by_its_implementation_path() -> None:
    functional = shipped("keras==3.12.0").by_path("keras.src.models.functional.Functional")
    assert functional is not None
    assert functional.canonical is None
    assert functional.kind == "model"


def test_tables_tell_what_a_short_name_leads_to() -> None:
    old, new = shipped("keras==3.3.3"), shipped("keras==3.4.0")
    assert old.in_table("initializer", "Orthogonal") == ()
    assert [s.name for s in new.in_table("initializer", "Orthogonal")] == ["OrthogonalInitializer"]
    assert [s.name for s in new.in_table("loss", "mse")] == ["mean_squared_error"]
    assert {s.canonical for s in shipped("keras==2.15.0").in_table("optimizer", "adam")} == {
        "keras.optimizers.Adam",
        "keras.optimizers.legacy.Adam",
    }


def test_the_layer_table_of_keras_3_has_no_op_lambda() -> None:
    assert shipped("keras==2.15.0").in_table("layer", "TFOpLambda")
    assert not shipped("keras==3.0.0").in_table("layer", "TFOpLambda")


def test_a_release_that_is_not_in_the_catalog_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        shipped("keras==0.1.0")


@pytest.mark.parametrize("release", known_releases(), ids=lambda r: r.requirement)
def test_a_class_that_a_table_leads_to_counts_as_builtin(release: KnownRelease) -> None:
    contents = shipped(release.requirement)
    functions = {*contents.family("functions"), *contents.family("api")}
    strange = [
        (kind, name, target.kind)
        for kind, names in snapshot(release, "tables").items()
        for name in names
        for target in contents.in_table(kind, name)
        if target.key not in functions
        and not is_builtin_class(name, target.kind, release.line)
        and not is_builtin_function(name, target.kind, release.line)
    ]
    assert strange == []

"""The known providers: the file is sound, and objects of files lead to them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kerasscan.catalog.builtin import is_builtin_function, is_builtin_registered, kinds_of_class
from kerasscan.catalog.compiled import compiled_text
from kerasscan.catalog.releases import requested
from kerasscan.custom.providers import (
    COMPILED,
    KEY,
    compiled_providers,
    provider_of,
    providers,
    providers_file,
    written_providers,
)
from kerasscan.model.address import Address
from kerasscan.model.objects import Form, Role, SavedObject
from kerasscan.rulebook.builtin import builtin_directory
from kerasscan.rulebook.card_files import card_paths

SCHEMA = COMPILED.with_name("providers.schema.json")

OBJECTS = [(each, thing) for each in providers() for thing in each.objects]


def saved(
    class_name: str,
    module: str | None = None,
    registered: str | None = None,
    form: Form = Form.OBJECT,
) -> SavedObject:
    """Return an object as a reader finds it."""
    role = Role.LAYER if form is Form.OBJECT else Role.LOSS
    return SavedObject(role, form, class_name, None, module, registered, {}, Address())


def written() -> dict[str, Any]:
    return tomllib.loads(providers_file().read_text(encoding="utf-8"))


def test_the_file_is_valid() -> None:
    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    faults = [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(written())]
    assert faults == []


def test_the_schema_is_valid_and_describes_every_value() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    silent = [
        f"{name}.{key}"
        for name, definition in schema["$defs"].items()
        for key, value in definition.get("properties", {}).items()
        if "description" not in value and "$ref" not in value
    ]
    assert silent == []
    assert all("description" in definition for definition in schema["$defs"].values())


def test_the_file_is_no_card() -> None:
    assert providers_file().parent == builtin_directory()
    assert providers_file() not in card_paths(builtin_directory())


def test_a_card_of_that_name_in_a_family_is_a_card(tmp_path: Path) -> None:
    card = tmp_path / "security" / "providers.toml"
    card.parent.mkdir()
    card.touch()
    (tmp_path / "providers.toml").touch()
    assert card_paths(tmp_path) == [card]


def test_the_compiled_file_agrees_with_the_written_one() -> None:
    """Mend with: python -m kerasscan.custom.compile."""
    assert COMPILED.read_text(encoding="utf-8") == compiled_text(providers_file(), KEY)
    assert compiled_providers(COMPILED, providers_file()) == written_providers(providers_file())


def test_an_entry_that_was_changed_is_read_from_the_written_file(tmp_path: Path) -> None:
    changed = tmp_path / "providers.toml"
    changed.write_text(providers_file().read_text("utf-8") + "# later\n", encoding="utf-8")
    assert compiled_providers(COMPILED, changed) is None
    assert compiled_providers(tmp_path / "absent.json", changed) is None


def test_entries_and_objects_are_sorted() -> None:
    entries = written()["provider"]
    packages = [entry["package"] for entry in entries]
    assert packages == sorted(packages, key=str.lower)
    for entry in entries:
        names = list(entry.get("objects", {}))
        assert names == sorted(names, key=lambda name: (name.lower(), name)), entry["package"]


def test_everything_that_leads_to_a_provider_leads_to_one() -> None:
    packages = [each.package for each in providers()]
    modules = [module for each in providers() for module in each.modules]
    prefixes = [prefix for each in providers() for prefix in each.registered]
    names = [thing.name for _, thing in OBJECTS]
    for leads in (packages, modules, prefixes, names):
        assert sorted(leads) == sorted(set(leads))
    assert [each.package for each in providers() if not (each.modules or each.objects)] == []


def test_no_name_is_one_of_keras_own() -> None:
    ours = [
        thing.name
        for _, thing in OBJECTS
        if kinds_of_class(thing.name)
        or is_builtin_function(thing.name)
        or is_builtin_registered(thing.registered or "")
    ]
    assert ours == []


def test_every_requirement_is_known_to_the_catalog() -> None:
    for each in providers():
        assert all(requested(requirement) for requirement in each.releases)


def test_a_path_is_in_a_module_of_the_package_or_a_registered_name_ends_with_the_name() -> None:
    for each, thing in OBJECTS:
        roots = {module.partition(".")[0] for module in each.modules} or {"model"}
        assert thing.path.partition(".")[0] in roots
        assert thing.registered is None or thing.registered.rpartition(">")[2] == thing.name


@pytest.mark.parametrize(
    ("found", "package"),
    [
        (saved("BertBackbone", "keras_hub.src.models.bert", "keras_hub>BertBackbone"), "keras-hub"),
        (saved("Addons>Lookahead"), "tensorflow-addons"),
        (saved("keras_cv.models>YOLOV8Detector"), "keras-cv"),
        (saved("kecam/gpt2>CausalMask"), "keras-cv-attention-models"),
        (saved("Text>BertEncoder"), "tf-models-official"),
    ],
)
def test_the_package_of_a_registered_name_tells(found: SavedObject, package: str) -> None:
    provider, provided = provider_of(found) or (None, None)
    assert provider is not None
    assert (provider.package, provided) == (package, None)


def test_an_object_that_is_registered_under_another_s_package_is_found() -> None:
    provider, provided = provider_of(saved("Text>WordpieceTokenizer")) or (None, None)
    assert provider is not None
    assert provided is not None
    assert provider.package == "tensorflow-text"
    assert provided.registered == "Text>WordpieceTokenizer"


@pytest.mark.parametrize(
    ("module", "class_name", "package"),
    [
        ("tensorflow_addons.optimizers.lookahead", "Lookahead", "tensorflow-addons"),
        ("tensorflow_addons", "Lookahead", "tensorflow-addons"),
        ("attention.attention", "Attention", "attention"),
        ("keras_multi_head.multi_head_attention", "MultiHeadAttention", "keras-multi-head"),
    ],
)
def test_the_module_tells(module: str, class_name: str, package: str) -> None:
    provider, provided = provider_of(saved(class_name, module)) or (None, None)
    assert provider is not None
    assert (provider.package, provided) == (package, None)


@pytest.mark.parametrize(
    ("found", "path", "registered"),
    [
        (saved("KerasLayer"), "tensorflow_hub.KerasLayer", None),
        (saved("QuantDense"), "larq.layers.QuantDense", "QuantDense"),
        (
            saved("Custom>TFBertMainLayer"),
            "transformers.models.bert.modeling_tf_bert.TFBertMainLayer",
            "Custom>TFBertMainLayer",
        ),
        (
            saved("TFBertMainLayer"),
            "transformers.models.bert.modeling_tf_bert.TFBertMainLayer",
            "Custom>TFBertMainLayer",
        ),
        (saved("quantized_relu", form=Form.NAME), "qkeras.quantized_relu", None),
        (
            saved("crf_loss", "builtins", "crf_loss", Form.FUNCTION),
            "keras_contrib.losses.crf_loss",
            None,
        ),
    ],
)
def test_a_bare_name_tells(found: SavedObject, path: str, registered: str | None) -> None:
    _, provided = provider_of(found) or (None, None)
    assert provided is not None
    assert (provided.path, provided.registered) == (path, registered)
    assert not provided.is_ambiguous


def test_a_name_that_many_projects_use_is_ambiguous() -> None:
    provider, provided = provider_of(saved("InstanceNormalization")) or (None, None)
    assert provider is not None
    assert provided is not None
    assert (provider.package, provided.is_ambiguous) == ("keras-contrib", True)


def test_such_a_name_is_not_ambiguous_where_the_module_tells() -> None:
    module = "keras_contrib.layers.normalization.instancenormalization"
    _, provided = provider_of(saved("InstanceNormalization", module)) or (None, None)
    assert provided is not None
    assert not provided.is_ambiguous


@pytest.mark.parametrize(
    "found",
    [
        saved("Scale"),
        saved("Dense", "keras.layers"),
        saved("Custom>Adam"),
        saved("my_project>KerasLayer"),
        saved("KerasLayer", "my_project.layers", "Custom>KerasLayer"),
        saved("KerasLayer", "__main__"),
        saved("Thing", "tensorflow_hubs.layers"),
        saved(">"),
        saved(""),
    ],
    ids=lambda found: found.registered_name or found.class_name or "nameless",
)
def test_what_comes_from_elsewhere_has_no_known_provider(found: SavedObject) -> None:
    assert provider_of(found) is None

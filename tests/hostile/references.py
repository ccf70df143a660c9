"""Tricks that name an importable function or class and have the loader call it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.hostile import containers as c
from tests.hostile.configs import (
    Json,
    compiled,
    dense,
    functional,
    lambda_2,
    lambda_layer,
    layer,
    plain,
    reference,
    sequential,
)
from tests.hostile.lambdas import WRITERS
from tests.hostile.payloads import MARKER
from tests.hostile.saved_model import saved_model
from tests.hostile.trick import ANY, KERAS_2, KERAS_3, Trick

IMPORTS: Final = ("CVE-2025-1550", "GHSA-48g7-3x6r-xfhp")
INTERNALS: Final = ("CVE-2025-8747", "GHSA-c9rc-mg46-23w3")
SWITCH: Final = ("CVE-2025-9906", "GHSA-36fq-jgmw-4r9c")
SAVED_MODEL: Final = ("CVE-2026-1462", "GHSA-4f3f-g24h-fr8m")
HERE: Final = "file:///proc/self/cwd"
CANARIES: Final = {
    "canary.txt": c.canary_text,
    "canary.npy": c.canary_array,
    "canary.h5": c.canary_hdf5,
}

CANARY_URL: Final = f"{HERE}/canary.txt"
NOWHERE: Final = "http://127.0.0.1:9/absent.txt"
UNSAFE: Final = "keras:enable_unsafe_deserialization"
FETCHED: Final = {"origin": CANARY_URL}
Spec = tuple[str, str, Json, str, tuple[str, ...]]

FUNCTIONS: Final[tuple[Spec, ...]] = (
    # path, what is called, arguments, a canary that is wanted, advisories
    ("builtins.print", "builtins:print", {"end": MARKER + "\n"}, "", IMPORTS),
    ("builtins.ascii", "builtins:ascii", {}, "", IMPORTS),
    ("json.dumps", "json:dumps", {}, "", IMPORTS),
    ("html.escape", "html:escape", {}, "", IMPORTS),
    ("operator.attrgetter", "operator:attrgetter", {}, "", IMPORTS),
    ("pathlib.Path", "pathlib:Path.__new__", {}, "", IMPORTS),
    ("numpy.load", "numpy:load", {}, "", IMPORTS),
    ("keras.src.utils.io_utils.print_msg", "keras:print_msg", {}, "", INTERNALS),
    ("keras.src.utils.file_utils.get_file", "keras:get_file", FETCHED, "canary.txt", INTERNALS),
    ("keras.utils.get_file", "keras:get_file", FETCHED, "canary.txt", INTERNALS),
    ("keras.models.load_model", "keras:load_model", {}, "", INTERNALS),
    ("keras.saving.load_model", "keras:load_model", {}, "", INTERNALS),
    ("keras.saving.load_weights", "keras:load_weights", {"filepath": "canary.h5"}, "", INTERNALS),
    ("keras.utils.save_img", "keras:save_img", {"x": [[[0]]]}, "", INTERNALS),
    ("keras.utils.load_img", "keras:load_img", {}, "", INTERNALS),
    ("keras.datasets.mnist.load_data", "keras:load_data", {}, "", INTERNALS),
    ("keras.utils.plot_model", "keras:plot_model", {"to_file": "plotted.png"}, "", INTERNALS),
    ("keras.saving.KerasFileEditor", "keras:KerasFileEditor.__init__", {}, "", INTERNALS),
    ("keras.layers.TFSMLayer", "keras:TFSMLayer.__init__", {}, "", SAVED_MODEL),
    ("keras.layers.TorchModuleWrapper", "keras:TorchModuleWrapper.__init__", {}, "", ()),
    ("keras.layers.deserialize", "keras:deserialize", {}, "", INTERNALS),
    ("keras.models.clone_model", "keras:clone_model", {}, "", INTERNALS),
    ("keras.models.model_from_json", "keras:model_from_json", {}, "", INTERNALS),
    ("keras.saving.deserialize_keras_object", "keras:deserialize_keras_object", {}, "", INTERNALS),
    ("keras.config.set_backend", "keras:set_backend", {}, "", INTERNALS),
    ("keras.config.set_floatx", "keras:set_floatx", {}, "", INTERNALS),
    ("keras.callbacks.CSVLogger", "keras:CSVLogger.__init__", {}, "", INTERNALS),
)
"""Each is put into a Lambda, which calls it with the tensor first and these arguments."""

NODES: Final[tuple[tuple[str, str, list[Any], Json, tuple[str, ...]], ...]] = (
    # path, what is called, arguments by position and by keyword, advisories
    ("builtins.print", "builtins:print", [MARKER], {}, IMPORTS),
    ("os.getcwd", "posix:getcwd", [], {}, IMPORTS),
    ("pathlib.Path", "pathlib:Path.__new__", ["canary.txt"], {}, IMPORTS),
    ("numpy.load", "numpy:load", ["canary.npy"], {}, IMPORTS),
    ("keras.config.enable_unsafe_deserialization", UNSAFE, [], {}, SWITCH),
    ("keras.src.saving.serialization_lib.enable_unsafe_deserialization", UNSAFE, [], {}, SWITCH),
    ("keras.utils.get_file", "keras:get_file", ["fetched.txt", CANARY_URL], {}, INTERNALS),
    ("keras.src.utils.file_utils.get_file", "keras:get_file", ["f.txt", CANARY_URL], {}, INTERNALS),
    ("keras.utils.get_file", "keras:get_file", ["http.txt", NOWHERE], {}, INTERNALS),
    ("keras.saving.load_model", "keras:load_model", ["canary.h5"], {}, INTERNALS),
    (
        "keras.saving.KerasFileEditor",
        "keras:KerasFileEditor.__init__",
        ["canary.h5"],
        {},
        INTERNALS,
    ),
    (
        "keras.layers.TFSMLayer",
        "keras:TFSMLayer.__init__",
        ["canary_model", "serve"],
        {},
        SAVED_MODEL,
    ),
    ("keras.config.set_backend", "keras:set_backend", ["jax"], {}, INTERNALS),
    ("keras.config.set_floatx", "keras:set_floatx", ["float16"], {}, INTERNALS),
    ("keras.utils.save_img", "keras:save_img", ["written.png", [[[0]]]], {}, INTERNALS),
    ("keras.utils.load_img", "keras:load_img", ["canary.txt"], {}, INTERNALS),
    ("keras.datasets.mnist.load_data", "keras:load_data", ["mnist.npz"], {}, INTERNALS),
    ("keras.datasets.imdb.load_data", "keras:load_data", ["imdb.npz"], {}, INTERNALS),
    (
        "keras.applications.MobileNet",
        "keras:MobileNet",
        [None],
        {"weights": "canary.h5"},
        INTERNALS,
    ),
    ("keras.applications.MobileNetV2", "keras:MobileNetV2", [None], {}, INTERNALS),
    ("keras.export.ExportArchive", "keras:ExportArchive.__init__", [], {}, INTERNALS),
    ("keras.models.model_from_json", "keras:model_from_json", ["{}"], {}, INTERNALS),
    ("keras.layers.deserialize", "keras:deserialize", [{"inert": "value"}], {}, INTERNALS),
)
"""Each is called in a Functional, with arguments that stand in the file."""


def tricks() -> list[Trick]:
    """Return the tricks that refer to something."""
    made = [trick for spec in FUNCTIONS for trick in _in_lambda(spec)]
    return [*made, *_nodes(), *_places(), *_aliases(), *_classes()]


def _write(config: Json, canary: str, container: str, folder: Path) -> Path:
    if canary:
        CANARIES[canary](folder)
    written: Path = WRITERS[container](folder, config)
    return written


def _trick(
    name: str,
    says: str,
    config: Json,
    call: str,
    advisories: tuple[str, ...] = IMPORTS,
    canary: str = "",
    made_for: str = ANY,
    container: str = "keras",
) -> Trick:
    make = partial(_write, config, canary, container)
    return Trick(f"{name}.{container}", says, advisories, make, made_for, calls=(call,))


def _in_lambda(spec: Spec) -> list[Trick]:
    path, call, arguments, canary, advisories = spec
    says = f"a Lambda whose function is {path}"
    config = plain(lambda_layer(reference(path), arguments=arguments))
    two = lambda_2(reference(path), "function", arguments=arguments)
    keyed = plain({**two, "module": "keras.layers", "registered_name": None})
    active = plain(layer("Activation", "act", activation=reference(path)))
    slug = path.replace(".", "-").lower()
    make = partial(_trick, says=says, call=call, advisories=advisories, canary=canary)
    made = [
        make(f"call-{slug}", config=config, made_for=KERAS_3),
        make(f"call-{slug}-2", config=keyed, made_for=KERAS_2),
        make(f"activation-{slug}", config=active, says=f"{path} as activation"),
    ]
    if path in ("builtins.print", "json.dumps", "keras.utils.get_file"):
        made += [
            make(f"call-{slug}", config=config, made_for=KERAS_3, container=container)
            for container in ("h5", "json", "directory")
        ]
        made.append(make(f"activation-{slug}", config=active, container="h5"))
        made.append(make(f"activation-{slug}", config=active, container="json"))
    return made


def _nodes() -> list[Trick]:
    """A function in the place of a layer, which releases up to 3.8 call like one."""
    made = []
    for number, (path, call, args, kwargs, advisories) in enumerate(NODES):
        slug = f"{path.replace('.', '-').lower()}-{number}"
        node: Json = {**reference(path), "name": "hidden"}
        as_layer = _beside(node, {"args": args, "kwargs": kwargs})
        for container in ("keras", "h5") if number in (0, 4) else ("keras",):
            made.append(
                _node_trick(
                    f"node-{slug}.{container}", f"{path} as a layer", as_layer, call, advisories
                )
            )
    return made


def _beside(hidden: Json, node: Json) -> Json:
    """Write a Functional with one more layer, which no output needs."""
    made = functional(dense())
    made["config"]["layers"].append({**hidden, "inbound_nodes": [node]})
    return made


def _node_trick(
    name: str, says: str, config: Json, call: str, advisories: tuple[str, ...]
) -> Trick:
    container = name.rpartition(".")[2]
    make = partial(_write_all, config, container)
    return Trick(name, says, advisories, make, KERAS_3, calls=(call,))


def _write_all(config: Json, container: str, folder: Path) -> Path:
    for canary in CANARIES.values():
        canary(folder)
    saved_model(folder)
    written: Path = WRITERS[container](folder, config)
    return written


def _places() -> list[Trick]:
    """`json.dumps` and `print` at the other places that take a function."""
    made = []
    for path, call in (("builtins.print", "builtins:print"), ("json.dumps", "json:dumps")):
        there = reference(path)
        slug = path.replace(".", "-")
        relu = reference("builtins.relu")
        optimizer = {
            "class_name": "SGD",
            "config": {"learning_rate": there},
            "module": "keras.optimizers",
        }
        places: list[tuple[str, Json]] = [
            ("dense-activation", sequential(dense(activation=there))),
            ("initializer", sequential(dense(kernel_initializer=there))),
            ("regularizer", sequential(dense(kernel_regularizer=there))),
            ("arguments", plain(lambda_layer(relu, arguments={"x": there}))),
            ("output-shape", plain(lambda_layer(relu, output_shape=there))),
            ("loss", {**plain(), "compile_config": compiled(loss=there)}),
            ("metric", {**plain(), "compile_config": compiled(metrics=[there])}),
            ("learning-rate", {**plain(), "compile_config": compiled(optimizer=optimizer)}),
        ]
        for place, config in places:
            says = f"{path} as {place.replace('-', ' ')}"
            made_for = KERAS_3 if place in ("arguments", "output-shape") else ANY
            made.append(_trick(f"{place}-{slug}", says, config, call, made_for=made_for))
            if place in ("dense-activation", "initializer"):
                made.append(_trick(f"{place}-{slug}", says, config, call, container="h5"))
    return made


def _aliases() -> list[Trick]:
    """A registered name that says one thing and a module that says another."""
    helper = "keras.src.utils.file_utils.urlretrieve"
    pairs: list[tuple[str, str, Json, str, tuple[str, ...]]] = [
        (
            "registered-benign",
            "html.escape registered as relu",
            reference("html.escape", "relu"),
            "html:escape",
            IMPORTS,
        ),
        (
            "registered-odd",
            "relu registered as html.escape",
            reference("builtins.relu", "html.escape"),
            "html:escape",
            (),
        ),
        (
            "fallback",
            "html.escape, found by `registered_name` only",
            reference("html.nothing", "escape"),
            "html:escape",
            IMPORTS,
        ),
        (
            "imported-helper",
            "a function that a module of Keras imports",
            reference(helper),
            "urllib:urlretrieve",
            INTERNALS,
        ),
        (
            "absent-module",
            "a function of a module that is not there",
            reference("no_such_module.function"),
            "no_such_module:function",
            IMPORTS,
        ),
    ]
    made = []
    for name, says, there, call, advisories in pairs:
        three = plain(lambda_layer(there))
        two = lambda_2(there, "function") | {"module": "keras.layers", "registered_name": None}
        make = partial(_trick, says=says, call=call, advisories=advisories)
        made.append(make(f"alias-{name}", config=three, made_for=KERAS_3))
        made.append(make(f"alias-{name}-2", config=plain(two), made_for=KERAS_2))
    return made


def _classes() -> list[Trick]:
    """A class of somewhere else as `class_name`, and built-ins with another's name."""
    made = []
    for path in ("pathlib.Path", "collections.OrderedDict", "io.StringIO", "json.JSONEncoder"):
        module, _, name = path.rpartition(".")
        config = plain(layer(name, "other", module=module))
        says = f"{path} as class of a layer"
        made.append(
            _trick(f"class-{path.replace('.', '-').lower()}", says, config, f"{module}:__init__")
        )
    shadow = {**dense(), "registered_name": "demo>Dense"}
    fake = {**layer("Path", "other", module="pathlib"), "registered_name": "keras>Dense"}
    made.append(
        _trick(
            "name-shadows-dense",
            "a Dense registered as somebody's",
            sequential(shadow),
            "pathlib:x",
            (),
        )
    )
    made.append(
        _trick(
            "name-hides-path", "pathlib.Path registered as Dense", plain(fake), "pathlib:__new__"
        )
    )
    return made

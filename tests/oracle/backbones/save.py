# It runs in old Pythons, and its closures are called at once.
# ruff: noqa: UP031, PTH103, PTH110, PTH118, PTH123, SIM115, SIM905, B023
"""Write the architectures of ``keras.applications``, each in many ways, and what prepares them.

Runs inside the release's own Python: ``save.py RELEASE OUT WHAT [FAMILY...]``; WHAT is
``variants``, ``ways`` or ``preprocessing``.

``variants`` builds every variant once, without its top: what the signatures are made from.
``ways`` builds the smallest variant of each family in the ways in which people use it.
Only ``to_json()`` is kept: no weights. ``index.jsonl`` in OUT has a line for each file.
"""

import json
import os
import sys
import traceback

import numpy as np

RELEASE, OUT, WHAT = sys.argv[1:4]
ONLY = sys.argv[4:]

if RELEASE.startswith("keras=="):
    import keras
elif RELEASE.startswith("tf-keras=="):
    import tf_keras as keras
else:
    from tensorflow import keras

L = keras.layers
A = keras.applications

# family: (module, variants with the smallest first, least size of an image)
FAMILIES = {
    "VGG": ("vgg16", ["VGG16", "VGG19"], 32),
    "ResNet": ("resnet", ["ResNet50", "ResNet101", "ResNet152"], 32),
    "ResNetV2": ("resnet_v2", ["ResNet50V2", "ResNet101V2", "ResNet152V2"], 32),
    "Inception": ("inception_v3", ["InceptionV3"], 75),
    "Xception": ("xception", ["Xception"], 71),
    "InceptionResNetV2": ("inception_resnet_v2", ["InceptionResNetV2"], 75),
    "MobileNet": ("mobilenet", ["MobileNet"], 32),
    "MobileNetV2": ("mobilenet_v2", ["MobileNetV2"], 32),
    "MobileNetV3": ("mobilenet_v3", ["MobileNetV3Small", "MobileNetV3Large"], 32),
    "DenseNet": ("densenet", ["DenseNet121", "DenseNet169", "DenseNet201"], 32),
    "NASNet": ("nasnet", ["NASNetMobile", "NASNetLarge"], 32),
    "EfficientNet": ("efficientnet", ["EfficientNetB%d" % i for i in range(8)], 32),
    "EfficientNetV2": (
        "efficientnet_v2",
        ["EfficientNetV2" + each for each in ("B0", "B1", "B2", "B3", "S", "M", "L")],
        32,
    ),
    "ConvNeXt": (
        "convnext",
        ["ConvNeXt" + each for each in ("Tiny", "Small", "Base", "Large", "XLarge")],
        32,
    ),
    "RegNet": (
        "regnet",
        [
            "RegNet%s%s" % (kind, size)
            for size in "002 004 006 008 016 032 040 064 080 120 160 320".split()
            for kind in "XY"
        ],
        32,
    ),
    "ResNetRS": (
        "resnet_rs",
        ["ResNetRS%d" % depth for depth in (50, 101, 152, 200, 270, 350, 420)],
        32,
    ),
}

# What else a builder takes that changes the layers: (suffix of the name, arguments).
OTHERS = {
    "MobileNet": [
        ("alpha-%s" % alpha, {"alpha": alpha, "include_top": False})
        for alpha in (0.1, 0.2, 0.25, 0.5, 0.75)
    ],
    "MobileNetV2": [
        ("alpha-%s" % alpha, {"alpha": alpha, "include_top": False})
        for alpha in (0.1, 0.2, 0.35, 0.5, 0.75, 1.3, 1.4)
    ],
    "MobileNetV3": [
        ("alpha-0.25", {"alpha": 0.25, "include_top": False}),
        ("alpha-0.5", {"alpha": 0.5, "include_top": False}),
        (
            "minimalistic-alpha-0.25",
            {"minimalistic": True, "alpha": 0.25, "include_top": False},
        ),
        ("alpha-0.75", {"alpha": 0.75, "include_top": False}),
        ("minimalistic", {"minimalistic": True, "include_top": False}),
        ("minimalistic-alpha-0.75", {"minimalistic": True, "alpha": 0.75, "include_top": False}),
    ],
}
if ONLY:
    FAMILIES = {name: found for name, found in FAMILIES.items() if name in ONLY}
OPTIONAL = ("MobileNetV3", "EfficientNetV2", "ConvNeXt", "RegNet", "ResNetRS")


class Writer:
    """Writes architectures and their index."""

    def __init__(self, out):
        os.makedirs(out, exist_ok=True)
        self.out = out
        path = os.path.join(out, "index.jsonl")
        self.done = set()
        if os.path.exists(path):
            with open(path) as stream:
                self.done = {json.loads(line)["file"] for line in stream}
        self.index = open(path, "a")

    def write(self, name, make, truth):
        """Make a model and write it, or say why it could not be made."""
        file = name + ".json"
        if file in self.done:
            return
        try:
            text = make()
        except Exception as error:
            print("UNBUILT", name, type(error).__name__, str(error)[:300], flush=True)
            traceback.print_exc(limit=3)
            return
        with open(os.path.join(self.out, file), "w") as stream:
            stream.write(text)
        line = dict(file=file, release=RELEASE, **truth)
        self.index.write(json.dumps(line, sort_keys=True) + "\n")
        self.index.flush()
        print(name, flush=True)


def builder(variant, size, **arguments):
    """Return the model of a variant, without weights and, unless asked for, without its top."""
    arguments.setdefault("include_top", False)
    if "input_tensor" not in arguments:
        arguments.setdefault("input_shape", (size, size, 3))
    return getattr(A, variant)(weights=None, **arguments)


MADE = {}


def once(key, make):
    """Return what was made under a key before: building a large network takes seconds."""
    if key not in MADE:
        MADE[key] = make()
    return MADE[key]


def forget():
    """Forget all models that were made."""
    MADE.clear()
    keras.backend.clear_session()


def variants(writer):
    """Write every variant, and those with other multipliers."""
    for family, (_, names, size) in FAMILIES.items():
        for variant in names:
            forget()
            if not hasattr(A, variant):
                print("ABSENT", variant, flush=True)
                continue
            truth = {"family": family, "variant": variant}
            writer.write(variant, lambda v=variant: builder(v, size).to_json(), truth)
            for suffix, arguments in OTHERS.get(family, ()):
                writer.write(
                    variant + "-" + suffix,
                    lambda v=variant, a=arguments: builder(v, size, **a).to_json(),
                    truth,
                )


def renamed(text):
    """Return an architecture with other names of its layers, as a clone with other names has."""
    model = json.loads(text)
    names = {
        each["config"]["name"]: "part_%d" % index
        for index, each in enumerate(model["config"]["layers"])
    }

    def refer(value):
        if isinstance(value, list):
            return [refer(each) for each in value]
        if isinstance(value, dict):
            return {key: refer(each) for key, each in value.items()}
        return names.get(value, value) if isinstance(value, str) else value

    for each in model["config"]["layers"]:
        each["config"]["name"] = names[each["config"]["name"]]
        each["name"] = each["config"]["name"]
        each["inbound_nodes"] = refer(each.get("inbound_nodes", []))
    for key in ("input_layers", "output_layers"):
        model["config"][key] = refer(model["config"][key])
    return json.dumps(model)


def head(x):
    """Return a classifier on top."""
    return L.Dense(5, activation="softmax")(L.Dropout(0.2)(L.GlobalAveragePooling2D()(x)))


def before(size, *layers, **options):
    """Return the input and what it is after some layers."""
    image = keras.Input((size, size, 3), name="photo")
    x = image
    for layer in layers:
        x = layer(x)
    return image, x


def scale(factor, offset=0.0):
    """Return a Rescaling; up to 2.5 it is experimental."""
    return L.Rescaling(factor, offset=offset)


def plain(variant, size):
    """Return the model without top."""
    return once((variant, "plain"), lambda: builder(variant, size))


def sequential(variant, size):
    """Return the usual transfer: the base, pooling, a Dense."""
    base = plain(variant, size)
    return keras.Sequential([base, L.GlobalAveragePooling2D(), L.Dense(5)])


def nested(variant, size, make):
    """Return a Functional with something before a nested base."""
    base = plain(variant, size)
    image, x = make()
    return keras.Model(image, head(base(x)))


def flattened(variant, size, make):
    """Return a model into which the base was built with ``input_tensor``."""
    image, x = make()
    base = builder(variant, size, input_tensor=x)
    return keras.Model(image, head(base.output))


def augmentation():
    """Return the layers that tutorials put before a base."""
    return [L.RandomFlip("horizontal"), L.RandomRotation(0.1), L.RandomZoom(0.1)]


def inner(variant, size, part):
    """Return a base cut at an inner layer: the last with one output at a part of its depth."""
    base = plain(variant, size)
    layers = base.layers
    index = int(len(layers) * part)
    while layers[index].__class__.__name__ not in (
        "Activation",
        "ReLU",
        "Add",
        "Concatenate",
        "Conv2D",
        "LayerNormalization",
    ):
        index += 1
    return keras.Model(base.input, layers[index].output)


def decoder(variant, size):
    """Return an encoder with an up-sampling decoder."""
    base = plain(variant, size)
    x = L.UpSampling2D()(base.output)
    x = L.Conv2D(64, 3, padding="same", activation="relu")(x)
    x = L.UpSampling2D()(x)
    x = L.Conv2D(64, 3, padding="same", activation="relu")(x)
    return keras.Model(base.input, L.Conv2D(2, 1, activation="softmax")(x))


def ways(writer):
    """Write the smallest variant of each family in all ways."""
    for family, (module, names, least) in FAMILIES.items():
        forget()
        variant = names[0]
        if not hasattr(A, variant):
            continue
        prepare = getattr(A, module).preprocess_input
        for way, path, stands, make in all_ways(family, variant, least, prepare):
            inside = family in ("EfficientNet", *OPTIONAL) and "without-preprocessing" not in way
            truth = {
                "family": family,
                "variant": variant,
                "way": way,
                "path": path,
                "before": stands,
                "includes": inside,
            }
            writer.write(variant + "-" + way, make, truth)


def all_ways(family, variant, size, prepare):
    """Yield each way: name, path of the nested model's parent, what stands before, maker."""

    def text(model):
        return model.to_json()

    def rescaled():
        return once(
            (variant, "rescaled"),
            lambda: flattened(variant, size, lambda: before(size, scale(1 / 255))),
        )

    yield (
        "top",
        "",
        [],
        lambda: text(
            builder(
                variant,
                max(size, 224) if "NASNet" in variant else max(size, 96),
                include_top=True,
                classes=7,
            )
        ),
    )
    yield "no-top", "", [], lambda: text(plain(variant, size))
    yield "any-size", "", [], lambda: text(builder(variant, size, input_shape=(None, None, 3)))
    yield "other-size", "", [], lambda: text(builder(variant, size + 61))
    yield "pooled", "", [], lambda: text(builder(variant, size, pooling="avg"))
    yield "sequential", "nested", [], lambda: text(sequential(variant, size))
    yield (
        "rescaled-255",
        "nested",
        ["Rescaling"],
        lambda: text(nested(variant, size, lambda: before(size, scale(1 / 255)))),
    )
    yield (
        "rescaled-127",
        "nested",
        ["Rescaling"],
        lambda: text(nested(variant, size, lambda: before(size, scale(1 / 127.5, -1)))),
    )
    yield (
        "prepared",
        "nested",
        ["preprocess_input"],
        lambda: text(nested(variant, size, lambda: before(size, prepare))),
    )
    yield (
        "augmented",
        "nested",
        ["augmentation"],
        lambda: text(nested(variant, size, lambda: before(size, *augmentation()))),
    )
    yield (
        "flat-head",
        "",
        [],
        lambda: text(keras.Model(plain(variant, size).input, head(plain(variant, size).output))),
    )
    yield "flat-rescaled", "", ["Rescaling"], lambda: text(rescaled())
    yield (
        "flat-prepared",
        "",
        ["preprocess_input"],
        lambda: text(flattened(variant, size, lambda: before(size, *augmentation()[:1], prepare))),
    )
    yield "renamed", "", [], lambda: renamed(text(plain(variant, size)))
    yield "renamed-flat", "", ["Rescaling"], lambda: renamed(text(rescaled()))
    yield "inner", "", [], lambda: text(inner(variant, size, 0.6))
    yield "inner-early", "", [], lambda: text(inner(variant, size, 0.35))
    yield "decoder", "", [], lambda: text(decoder(variant, size))
    yield (
        "time-distributed",
        "nested",
        [],
        lambda: text(
            keras.Sequential(
                [
                    keras.Input((4, size, size, 3)),
                    L.TimeDistributed(plain(variant, size)),
                    L.TimeDistributed(L.GlobalAveragePooling2D()),
                    L.LSTM(3),
                ]
            )
        ),
    )
    if family in OPTIONAL:
        yield (
            "without-preprocessing",
            "",
            [],
            lambda: text(builder(variant, size, include_preprocessing=False)),
        )
        yield (
            "without-preprocessing-rescaled",
            "nested",
            ["Rescaling"],
            lambda: text(
                keras.Sequential(
                    [
                        keras.Input((size, size, 3)),
                        scale(1 / 127.5, -1),
                        builder(variant, size, include_preprocessing=False),
                        L.GlobalAveragePooling2D(),
                    ]
                )
            ),
        )
    for suffix, arguments in OTHERS.get(family, ()):
        yield suffix, "", [], lambda a=arguments: text(builder(variant, size, **a))


def preprocessing(out):
    """Record what ``preprocess_input`` of each module gives."""
    values = [[0.0] * 3, [127.5] * 3, [255.0] * 3, [0.0, 127.5, 255.0]]
    found = {}
    modules = [module for module, _, _ in FAMILIES.values()] + ["vgg19", "resnet50"]
    for module in sorted(modules):
        if not hasattr(A, module):
            continue
        given = np.array(values, dtype="float32").reshape(4, 1, 1, 3)
        result = np.asarray(getattr(A, module).preprocess_input(given.copy()))
        found[module] = np.round(result.reshape(4, 3).astype("float64"), 4).tolist()
    with open(os.path.join(out, "preprocessing.json"), "w") as stream:
        json.dump({"given": values, "result": found}, stream, indent=1)


if __name__ == "__main__":
    WRITER = Writer(OUT)
    if WHAT in ("ways", "preprocessing"):
        preprocessing(OUT)
    if WHAT == "ways":
        ways(WRITER)
    elif WHAT == "variants":
        variants(WRITER)

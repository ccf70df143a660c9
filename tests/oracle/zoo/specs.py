"""What the zoo holds: models as data, for every release from Keras 2.2 to Keras 3.

Nothing here imports Keras. ``save.py`` builds what the running release can build. A value
``{"make": "layers.Dense", "with": {...}}`` is an object to construct, ``{"call": ...}`` the result
of a function, ``{"source": ...}`` an inert function or class written as text, and ``"@name"`` in a
graph an earlier tensor. Runs under Python 3.7.
"""

from __future__ import annotations

from typing import Any

ITEM = Any  # JSON-like data


def make(_kind: str, *positional: ITEM, **arguments: ITEM) -> ITEM:
    """Return the description of an object: a layer unless its kind has a dot."""
    whole = _kind if "." in _kind else "layers." + _kind
    return {"make": whole, "with": arguments, "first": list(positional)}


def tensor(*shape: int | None, **others: ITEM) -> ITEM:
    """Return the description of an input: its shape without the batch, and its dtype."""
    return dict(others, shape=list(shape))


def source(text: str, name: str = "") -> ITEM:
    """Return the description of an inert function or class, written as text."""
    return {"source": text, "name": name}


VECTOR = tensor(4)
STEPS = tensor(5, 3)
PICTURE = tensor(6, 6, 3)
VOLUME = tensor(4, 4, 4, 2)
FILM = tensor(3, 5, 5, 2)
LINE = tensor(3, 5, 2)
BLOCK = tensor(2, 4, 4, 4, 2)
WHOLE = tensor(4, dtype="int32", high=6)
WORDS = tensor(1, dtype="string")
GREY = tensor(6, 6, 3, high=255)

# ------------------------------------------------------------------ layers: class -> variants
# A variant is (name, input or inputs, arguments). What is not here is tried without arguments.

L1 = make("regularizers.L1", 0.01)
L2 = make("regularizers.l2", 0.01)
NORM = make("constraints.MaxNorm", 2)
HE = make("initializers.HeNormal", seed=3)

_CONV1 = [
    ("default", STEPS, {"filters": 2, "kernel_size": 2}),
    (
        "unusual",
        STEPS,
        {
            "filters": 2,
            "kernel_size": 3,
            "padding": "same",
            "strides": 2,
            "use_bias": False,
            "activation": "relu",
        },
    ),
]
_CONV2 = [
    ("default", PICTURE, {"filters": 2, "kernel_size": 3}),
    (
        "unusual",
        PICTURE,
        {
            "filters": 2,
            "kernel_size": [3, 2],
            "padding": "same",
            "strides": [2, 2],
            "activation": "tanh",
            "bias_initializer": "ones",
        },
    ),
    ("dilated", PICTURE, {"filters": 2, "kernel_size": 2, "dilation_rate": 2}),
    ("channels-first", PICTURE, {"filters": 2, "kernel_size": 2, "data_format": "channels_first"}),
]
_CONV3 = [
    ("default", VOLUME, {"filters": 2, "kernel_size": 2}),
    ("unusual", VOLUME, {"filters": 1, "kernel_size": 2, "padding": "same", "use_bias": False}),
]
_RNN = [
    ("default", STEPS, {"units": 2}),
    (
        "unusual",
        STEPS,
        {
            "units": 2,
            "return_sequences": True,
            "go_backwards": True,
            "dropout": 0.2,
            "recurrent_dropout": 0.1,
            "use_bias": False,
        },
    ),
    ("unrolled", STEPS, {"units": 2, "unroll": True, "activation": "relu"}),
    ("regularized", STEPS, {"units": 2, "kernel_regularizer": L2, "recurrent_constraint": NORM}),
]
_CELL = [("default", STEPS, {"units": 2}), ("unusual", STEPS, {"units": 2, "dropout": 0.3})]
_CONVRNN = {"filters": 1, "kernel_size": 2}
_MERGE: list[ITEM] = [("default", [VECTOR, VECTOR], {})]
_RANDOM = [("default", GREY, {"factor": 0.2}), ("seeded", GREY, {"factor": [0.1, 0.2], "seed": 3})]

LAYERS: dict[str, list[ITEM]] = {
    "Activation": [
        ("default", VECTOR, {"activation": "relu"}),
        ("softmax", VECTOR, {"activation": "softmax"}),
    ],
    "ActivityRegularization": [
        ("default", VECTOR, {}),
        ("unusual", VECTOR, {"l1": 0.01, "l2": 0.02}),
    ],
    "Add": _MERGE,
    "Average": _MERGE,
    "Maximum": _MERGE,
    "Minimum": _MERGE,
    "Multiply": _MERGE,
    "Subtract": _MERGE,
    "Concatenate": [*_MERGE, ("axis", [STEPS, STEPS], {"axis": 1})],
    "Dot": [
        ("default", [VECTOR, VECTOR], {"axes": 1}),
        ("normalized", [STEPS, STEPS], {"axes": [2, 2], "normalize": True}),
    ],
    "AdditiveAttention": [
        ("default", [STEPS, STEPS], {}),
        ("unusual", [STEPS, STEPS], {"use_scale": False, "dropout": 0.1}),
        ("causal", [STEPS, STEPS], {"causal": True}),
    ],
    "Attention": [
        ("default", [STEPS, STEPS], {}),
        ("unusual", [STEPS, STEPS], {"use_scale": True, "dropout": 0.1}),
        ("causal", [STEPS, STEPS], {"causal": True}),
        ("concat", [STEPS, STEPS], {"score_mode": "concat"}),
    ],
    "MultiHeadAttention": [
        ("default", [STEPS, STEPS], {"num_heads": 2, "key_dim": 2}),
        (
            "unusual",
            [STEPS, STEPS],
            {
                "num_heads": 1,
                "key_dim": 2,
                "value_dim": 3,
                "dropout": 0.1,
                "use_bias": False,
                "output_shape": 4,
            },
        ),
        ("flash", [STEPS, STEPS], {"num_heads": 1, "key_dim": 2, "flash_attention": False}),
        ("gated", [STEPS, STEPS], {"num_heads": 1, "key_dim": 2, "use_gate": True}),
        ("seeded", [STEPS, STEPS], {"num_heads": 1, "key_dim": 2, "seed": 3}),
    ],
    "GroupedQueryAttention": [
        (
            "default",
            [STEPS, STEPS],
            {"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 1},
        ),
        (
            "unusual",
            [STEPS, STEPS],
            {"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 2, "use_bias": False},
        ),
    ],
    "GroupQueryAttention": [
        ("default", [STEPS, STEPS], {"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 1})
    ],
    "AlphaDropout": [
        ("default", VECTOR, {"rate": 0.2}),
        ("seeded", VECTOR, {"rate": 0.2, "seed": 3}),
    ],
    "Dropout": [
        ("default", VECTOR, {"rate": 0.2}),
        ("seeded", STEPS, {"rate": 0.2, "noise_shape": [1, 5, 3], "seed": 3}),
    ],
    "GaussianDropout": [("default", VECTOR, {"rate": 0.2})],
    "GaussianNoise": [("default", VECTOR, {"stddev": 0.2})],
    "SpatialDropout1D": [("default", STEPS, {"rate": 0.2})],
    "SpatialDropout2D": [("default", PICTURE, {"rate": 0.2})],
    "SpatialDropout3D": [("default", VOLUME, {"rate": 0.2})],
    "AveragePooling1D": [
        ("default", STEPS, {"pool_size": 2}),
        ("unusual", STEPS, {"pool_size": 3, "strides": 1}),
    ],
    "MaxPooling1D": [
        ("default", STEPS, {}),
        ("unusual", STEPS, {"pool_size": 3, "padding": "same"}),
    ],
    "AveragePooling2D": [
        ("default", PICTURE, {"pool_size": 2}),
        ("unusual", PICTURE, {"pool_size": [3, 2], "strides": 1, "padding": "same"}),
    ],
    "MaxPooling2D": [
        ("default", PICTURE, {}),
        ("channels-first", PICTURE, {"data_format": "channels_first"}),
    ],
    "AveragePooling3D": [
        ("default", VOLUME, {"pool_size": 2}),
        ("unusual", VOLUME, {"pool_size": [1, 2, 2]}),
    ],
    "MaxPooling3D": [("default", VOLUME, {}), ("unusual", VOLUME, {"pool_size": [1, 2, 2]})],
    "GlobalAveragePooling1D": [("default", STEPS, {}), ("keepdims", STEPS, {"keepdims": True})],
    "GlobalMaxPooling1D": [("default", STEPS, {}), ("keepdims", STEPS, {"keepdims": True})],
    "GlobalAveragePooling2D": [("default", PICTURE, {}), ("keepdims", PICTURE, {"keepdims": True})],
    "GlobalMaxPooling2D": [("default", PICTURE, {}), ("keepdims", PICTURE, {"keepdims": True})],
    "GlobalAveragePooling3D": [("default", VOLUME, {}), ("keepdims", VOLUME, {"keepdims": True})],
    "GlobalMaxPooling3D": [("default", VOLUME, {}), ("keepdims", VOLUME, {"keepdims": True})],
    "AdaptiveAveragePooling1D": [("default", STEPS, {"output_size": 2})],
    "AdaptiveAveragePooling2D": [("default", PICTURE, {"output_size": 2})],
    "AdaptiveAveragePooling3D": [("default", VOLUME, {"output_size": 2})],
    "AdaptiveMaxPooling1D": [("default", STEPS, {"output_size": 2})],
    "AdaptiveMaxPooling2D": [("default", PICTURE, {"output_size": [2, 3]})],
    "AdaptiveMaxPooling3D": [("default", VOLUME, {"output_size": 2})],
    "BatchNormalization": [
        ("default", VECTOR, {}),
        ("unusual", PICTURE, {"axis": 1, "momentum": 0.9, "scale": False, "center": False}),
        ("axis-list", PICTURE, {"axis": [3]}),
        ("renorm", VECTOR, {"renorm": True}),
        ("fused", PICTURE, {"fused": False}),
        ("virtual-batch", VECTOR, {"virtual_batch_size": 2}),
        ("synchronized", VECTOR, {"synchronized": True}),
        ("constrained", VECTOR, {"gamma_regularizer": L2, "beta_constraint": NORM}),
    ],
    "BatchNormalizationV1": [("default", VECTOR, {})],
    "BatchNormalizationV2": [("default", VECTOR, {})],
    "SyncBatchNormalization": [("default", VECTOR, {})],
    "LayerNormalization": [
        ("default", VECTOR, {}),
        ("unusual", STEPS, {"axis": [1, 2], "epsilon": 0.01, "scale": False}),
        ("rms", VECTOR, {"rms_scaling": True}),
    ],
    "GroupNormalization": [
        ("default", tensor(5, 4), {"groups": 2}),
        ("instance", PICTURE, {"groups": -1, "center": False}),
    ],
    "RMSNormalization": [("default", VECTOR, {}), ("unusual", STEPS, {"axis": 1, "epsilon": 0.01})],
    "UnitNormalization": [("default", VECTOR, {}), ("axis", STEPS, {"axis": [1, 2]})],
    "SpectralNormalization": [("default", VECTOR, {"layer": make("Dense", units=2)})],
    "Bidirectional": [
        ("default", STEPS, {"layer": make("LSTM", units=2)}),
        (
            "unusual",
            STEPS,
            {"layer": make("GRU", units=2, return_sequences=True), "merge_mode": "sum"},
        ),
        (
            "backward",
            STEPS,
            {
                "layer": make("LSTM", units=2),
                "backward_layer": make("LSTM", units=2, go_backwards=True),
            },
        ),
        ("simple", STEPS, {"layer": make("SimpleRNN", units=2), "merge_mode": "ave"}),
    ],
    "TimeDistributed": [
        ("default", STEPS, {"layer": make("Dense", units=2)}),
        ("conv", tensor(2, 4, 4, 1), {"layer": make("Conv2D", filters=1, kernel_size=2)}),
    ],
    "Wrapper": [("default", VECTOR, {"layer": make("Dense", units=2)})],
    "RNN": [
        ("default", STEPS, {"cell": make("LSTMCell", units=2)}),
        ("simple", STEPS, {"cell": make("SimpleRNNCell", units=2), "return_sequences": True}),
        ("cells", STEPS, {"cell": [make("GRUCell", units=2), make("LSTMCell", units=3)]}),
        (
            "stacked",
            STEPS,
            {
                "cell": make(
                    "StackedRNNCells",
                    cells=[make("LSTMCell", units=2), make("LSTMCell", units=2)],
                )
            },
        ),
        ("residual", tensor(5, 2), {"cell": make("ResidualWrapper", make("LSTMCell", units=2))}),
    ],
    "LSTM": _RNN,
    "GRU": [*_RNN, ("reset-before", STEPS, {"units": 2, "reset_after": False})],
    "SimpleRNN": _RNN,
    "LSTMCell": [],
    "GRUCell": [],
    "SimpleRNNCell": [],
    "StackedRNNCells": [],
    "AbstractRNNCell": [],
    "PeepholeLSTMCell": [],
    "CuDNNLSTM": [("default", STEPS, {"units": 2})],
    "CuDNNGRU": [("default", STEPS, {"units": 2})],
    "ConvLSTM1D": [("default", LINE, _CONVRNN)],
    "ConvLSTM2D": [
        ("default", FILM, _CONVRNN),
        ("unusual", FILM, dict(_CONVRNN, return_sequences=True, padding="same", dropout=0.1)),
    ],
    "ConvLSTM3D": [("default", BLOCK, _CONVRNN)],
    "Conv1D": [
        *_CONV1,
        ("causal", STEPS, {"filters": 2, "kernel_size": 2, "padding": "causal"}),
        ("groups", tensor(5, 4), {"filters": 2, "kernel_size": 2, "groups": 2}),
    ],
    "Conv2D": [
        *_CONV2,
        ("groups", tensor(4, 4, 4), {"filters": 2, "kernel_size": 2, "groups": 2}),
        (
            "regularized",
            PICTURE,
            {
                "filters": 2,
                "kernel_size": 2,
                "kernel_regularizer": L2,
                "bias_constraint": NORM,
                "kernel_initializer": HE,
                "activity_regularizer": L1,
            },
        ),
    ],
    "Conv3D": _CONV3,
    "Conv1DTranspose": [
        *_CONV1,
        (
            "output-padding",
            STEPS,
            {"filters": 1, "kernel_size": 3, "strides": 2, "output_padding": 1},
        ),
    ],
    "Conv2DTranspose": [
        *_CONV2[:2],
        (
            "output-padding",
            PICTURE,
            {"filters": 1, "kernel_size": 3, "strides": 2, "output_padding": 1},
        ),
    ],
    "Conv3DTranspose": _CONV3,
    "DepthwiseConv1D": [
        ("default", STEPS, {"kernel_size": 2}),
        ("unusual", STEPS, {"kernel_size": 2, "depth_multiplier": 2, "padding": "same"}),
    ],
    "DepthwiseConv2D": [
        ("default", PICTURE, {"kernel_size": 2}),
        (
            "unusual",
            PICTURE,
            {
                "kernel_size": 2,
                "depth_multiplier": 2,
                "use_bias": False,
                "depthwise_regularizer": L2,
            },
        ),
        ("dilated", PICTURE, {"kernel_size": 2, "dilation_rate": 2}),
    ],
    "SeparableConv1D": _CONV1,
    "SeparableConv2D": [
        *_CONV2[:2],
        (
            "regularized",
            PICTURE,
            {
                "filters": 2,
                "kernel_size": 2,
                "pointwise_regularizer": L2,
                "depthwise_constraint": NORM,
            },
        ),
    ],
    "LocallyConnected1D": [
        ("default", STEPS, {"filters": 1, "kernel_size": 2}),
        ("unusual", STEPS, {"filters": 1, "kernel_size": 2, "implementation": 2}),
    ],
    "LocallyConnected2D": [("default", PICTURE, {"filters": 1, "kernel_size": 3})],
    "Cropping1D": [("default", STEPS, {}), ("unusual", STEPS, {"cropping": [1, 2]})],
    "Cropping2D": [
        ("default", PICTURE, {"cropping": 1}),
        ("unusual", PICTURE, {"cropping": [[1, 0], [0, 2]]}),
    ],
    "Cropping3D": [("default", VOLUME, {"cropping": 1})],
    "ZeroPadding1D": [("default", STEPS, {}), ("unusual", STEPS, {"padding": [0, 2]})],
    "ZeroPadding2D": [
        ("default", PICTURE, {}),
        ("unusual", PICTURE, {"padding": [[1, 0], [0, 2]]}),
    ],
    "ZeroPadding3D": [("default", VOLUME, {})],
    "UpSampling1D": [("default", STEPS, {})],
    "UpSampling2D": [
        ("default", PICTURE, {}),
        ("bilinear", PICTURE, {"size": [2, 3], "interpolation": "bilinear"}),
        ("bicubic", PICTURE, {"interpolation": "bicubic"}),
    ],
    "UpSampling3D": [("default", VOLUME, {})],
    "Dense": [
        ("default", VECTOR, {"units": 3}),
        (
            "unusual",
            VECTOR,
            {
                "units": 3,
                "activation": "relu",
                "use_bias": False,
                "kernel_initializer": HE,
                "kernel_regularizer": L2,
                "kernel_constraint": NORM,
                "activity_regularizer": L1,
            },
        ),
        ("frozen", VECTOR, {"units": 3, "trainable": False}),
        ("half", VECTOR, {"units": 3, "dtype": "float16"}),
        ("double", VECTOR, {"units": 3, "dtype": "float64"}),
        ("lora", VECTOR, {"units": 3, "lora_rank": 2}),
        ("lora-alpha", VECTOR, {"units": 3, "lora_rank": 2, "lora_alpha": 4}),
        ("three-dimensional", STEPS, {"units": 2}),
        ("slash", VECTOR, {"units": 2, "name": "block/dense"}),
        ("dotted", VECTOR, {"units": 2, "name": "block.dense"}),
        ("spaces", VECTOR, {"units": 2, "name": "a dense"}),
        ("unicode", VECTOR, {"units": 2, "name": "schicht_\u00e4"}),
    ],
    "DenseFeatures": [],
    "SequenceFeatures": [],
    "EinsumDense": [
        ("default", VECTOR, {"equation": "ab,bc->ac", "output_shape": 3}),
        (
            "unusual",
            STEPS,
            {"equation": "abc,cd->abd", "output_shape": [None, 2], "bias_axes": "d"},
        ),
        ("lora", VECTOR, {"equation": "ab,bc->ac", "output_shape": 3, "lora_rank": 2}),
    ],
    "Embedding": [
        ("default", WHOLE, {"input_dim": 6, "output_dim": 2}),
        ("masked", WHOLE, {"input_dim": 6, "output_dim": 2, "mask_zero": True}),
        ("input-length", WHOLE, {"input_dim": 6, "output_dim": 2, "input_length": 4}),
        ("regularized", WHOLE, {"input_dim": 6, "output_dim": 2, "embeddings_regularizer": L2}),
        ("lora", WHOLE, {"input_dim": 6, "output_dim": 2, "lora_rank": 2}),
    ],
    "ReversibleEmbedding": [
        ("default", WHOLE, {"input_dim": 6, "output_dim": 2}),
        ("untied", WHOLE, {"input_dim": 6, "output_dim": 2, "tie_weights": False}),
    ],
    "Flatten": [
        ("default", PICTURE, {}),
        ("channels-first", PICTURE, {"data_format": "channels_first"}),
    ],
    "Permute": [("default", STEPS, {"dims": [2, 1]})],
    "RepeatVector": [("default", VECTOR, {"n": 2})],
    "Reshape": [
        ("default", VECTOR, {"target_shape": [2, 2]}),
        ("open", VECTOR, {"target_shape": [-1, 2]}),
    ],
    "Identity": [("default", VECTOR, {})],
    "Lambda": [],
    "Input": [],
    "InputLayer": [],
    "Layer": [("default", VECTOR, {})],
    "TFSMLayer": [],
    "TorchModuleWrapper": [],
    "JaxLayer": [],
    "FlaxLayer": [],
    "Masking": [("default", STEPS, {}), ("unusual", STEPS, {"mask_value": -1.0})],
    "ELU": [("default", VECTOR, {}), ("unusual", VECTOR, {"alpha": 0.5})],
    "LeakyReLU": [
        ("default", VECTOR, {}),
        ("alpha", VECTOR, {"alpha": 0.2}),
        ("slope", VECTOR, {"negative_slope": 0.2}),
    ],
    "PReLU": [("default", VECTOR, {}), ("unusual", STEPS, {"shared_axes": [1]})],
    "ReLU": [
        ("default", VECTOR, {}),
        ("unusual", VECTOR, {"max_value": 6.0, "negative_slope": 0.1, "threshold": 0.5}),
    ],
    "Softmax": [("default", VECTOR, {}), ("axis", STEPS, {"axis": 1})],
    "ThresholdedReLU": [("default", VECTOR, {}), ("unusual", VECTOR, {"theta": 0.5})],
    "RandomFourierFeatures": [("default", VECTOR, {"output_dim": 3})],
    # preprocessing
    "Rescaling": [
        ("default", GREY, {"scale": 0.5}),
        ("unusual", GREY, {"scale": 0.0078125, "offset": -1.0}),
    ],
    "Normalization": [
        ("adapted", VECTOR, {}),
        ("given", VECTOR, {"mean": 0.5, "variance": 2.0}),
        ("given-list", VECTOR, {"mean": [0.5, 0.0, 1.0, 2.0], "variance": [2.0, 1.0, 1.0, 1.0]}),
        ("inverted", VECTOR, {"mean": 0.5, "variance": 2.0, "invert": True}),
        ("axis-none", VECTOR, {"axis": None, "mean": 0.5, "variance": 2.0}),
        ("axis-1", STEPS, {"axis": 1}),
    ],
    "CategoryEncoding": [
        ("default", WHOLE, {"num_tokens": 6}),
        ("count", WHOLE, {"num_tokens": 6, "output_mode": "count"}),
        ("old", WHOLE, {"max_tokens": 6, "output_mode": "count"}),
    ],
    "CategoryCrossing": [("default", [WORDS, WORDS], {})],
    "Discretization": [
        ("given", VECTOR, {"bin_boundaries": [0.0, 0.5]}),
        ("old", VECTOR, {"bins": [0.0, 0.5]}),
        ("adapted", VECTOR, {"num_bins": 3}),
        ("one-hot", tensor(1), {"bin_boundaries": [0.0, 0.5], "output_mode": "one_hot"}),
    ],
    "Hashing": [
        ("default", WHOLE, {"num_bins": 3}),
        ("salted", WORDS, {"num_bins": 3, "salt": 5}),
        ("masked", WHOLE, {"num_bins": 3, "mask_value": 0}),
    ],
    "HashedCrossing": [
        (
            "default",
            [tensor(1, dtype="int32", high=3), tensor(1, dtype="int32", high=3)],
            {"num_bins": 3},
        )
    ],
    "IntegerLookup": [
        ("given", tensor(4, dtype="int64", high=6), {"vocabulary": [2, 3, 5]}),
        ("adapted", tensor(4, dtype="int64", high=6), {}),
        (
            "multi-hot",
            tensor(4, dtype="int64", high=6),
            {"vocabulary": [2, 3, 5], "output_mode": "multi_hot"},
        ),
    ],
    "StringLookup": [
        ("given", WORDS, {"vocabulary": ["a", "b"]}),
        ("adapted", WORDS, {}),
        ("inverted", tensor(1, dtype="int64", high=3), {"vocabulary": ["a", "b"], "invert": True}),
        ("masked", WORDS, {"vocabulary": ["a", "b"], "mask_token": "", "num_oov_indices": 2}),
    ],
    "TextVectorization": [
        ("adapted", WORDS, {"output_sequence_length": 3}),
        ("given", WORDS, {"vocabulary": ["a", "b"], "output_sequence_length": 3}),
        ("counts", WORDS, {"output_mode": "count"}),
        ("ngrams", WORDS, {"ngrams": 2, "max_tokens": 9, "standardize": None, "split": None}),
    ],
    "CenterCrop": [("default", GREY, {"height": 4, "width": 3})],
    "Resizing": [
        ("default", GREY, {"height": 4, "width": 3}),
        ("cropped", GREY, {"height": 4, "width": 3, "crop_to_aspect_ratio": True}),
        ("nearest", GREY, {"height": 4, "width": 3, "interpolation": "nearest"}),
        ("antialiased", GREY, {"height": 4, "width": 3, "antialias": True}),
    ],
    "RandomCrop": [("default", GREY, {"height": 4, "width": 3})],
    "RandomFlip": [("default", GREY, {}), ("seeded", GREY, {"mode": "horizontal", "seed": 3})],
    "RandomHeight": _RANDOM,
    "RandomWidth": _RANDOM,
    "RandomRotation": [*_RANDOM, ("filled", GREY, {"factor": 0.2, "fill_mode": "constant"})],
    "RandomTranslation": [("default", GREY, {"height_factor": 0.1, "width_factor": 0.1})],
    "RandomZoom": [("default", GREY, {"height_factor": 0.1})],
    "RandomContrast": _RANDOM,
    "RandomBrightness": [*_RANDOM, ("range", GREY, {"factor": 0.1, "value_range": [0, 1]})],
    "RandomSaturation": _RANDOM,
    "RandomHue": _RANDOM,
    "RandomSharpness": _RANDOM,
    "RandomShear": [("default", GREY, {"x_factor": 0.1, "y_factor": 0.1})],
    "RandomPosterization": [("default", GREY, {"factor": 3})],
    "RandomColorDegeneration": _RANDOM,
    "Solarization": [("default", GREY, {"addition_factor": 0.1, "threshold_factor": 0.1})],
    "RandAugment": [
        ("default", GREY, {}),
        ("unusual", GREY, {"value_range": [0, 1], "num_ops": 1}),
    ],
    "AugMix": [("default", GREY, {})],
    "CutMix": [("default", GREY, {})],
    "MixUp": [("default", GREY, {})],
    "MaxNumBoundingBoxes": [],
    "AutoContrast": [("default", GREY, {})],
    "ContrastLimitedAdaptiveHistogramEqualization": [("default", GREY, {})],
    "Equalization": [("default", GREY, {})],
    "RandomColorJitter": [("default", GREY, {})],
    "RandomElasticTransform": [("default", GREY, {})],
    "RandomErasing": [("default", GREY, {})],
    "RandomGaussianBlur": [("default", GREY, {})],
    "RandomGrayscale": [("default", GREY, {})],
    "RandomInvert": [("default", GREY, {})],
    "RandomPerspective": [("default", GREY, {})],
    "Pipeline": [("default", GREY, {"layers": [make("Rescaling", scale=0.5), make("RandomFlip")]})],
    "FeatureSpace": [],
    "STFTSpectrogram": [
        ("default", tensor(16, 1), {"frame_length": 4, "frame_step": 2, "fft_length": 4})
    ],
    "MelSpectrogram": [
        (
            "default",
            tensor(64),
            {"fft_length": 16, "sequence_stride": 8, "sequence_length": 16, "num_mel_bins": 4},
        )
    ],
}
SEVERAL_ARGUMENTS = {"MultiHeadAttention", "GroupedQueryAttention", "GroupQueryAttention"}
TRIED_SHAPES = [VECTOR, STEPS, PICTURE, VOLUME]
ADAPTED = {"adapted", "counts", "axis-1", "ngrams"}  # variants that learn from data
MODULES_OF_LAYERS = [
    "layers",
    "layers.experimental",
    "layers.experimental.preprocessing",
    "experimental",
]

# ------------------------------------------------------- what a Dense or a compilation may hold

INITIALIZERS: dict[str, ITEM] = {
    "Constant": [("default", {}), ("given", {"value": 0.5})],
    "Identity": [("default", {}), ("gain", {"gain": 2.0})],
    "IdentityInitializer": [("default", {}), ("gain", {"gain": 2.0})],
    "Orthogonal": [("default", {}), ("seeded", {"gain": 2.0, "seed": 3})],
    "OrthogonalInitializer": [("default", {}), ("seeded", {"gain": 2.0, "seed": 3})],
    "RandomNormal": [("default", {}), ("given", {"mean": 0.1, "stddev": 0.2, "seed": 3})],
    "VarianceScaling": [("default", {}), ("given", {"scale": 2.0, "mode": "fan_out", "seed": 3})],
    "GlorotUniform": [("default", {}), ("seeded", {"seed": 3})],
}
REGULARIZERS: dict[str, ITEM] = {
    "L1": [("default", {}), ("given", {"l1": 0.02})],
    "L2": [("default", {}), ("given", {"l2": 0.02})],
    "L1L2": [("default", {}), ("given", {"l1": 0.01, "l2": 0.02})],
    "OrthogonalRegularizer": [("default", {}), ("columns", {"factor": 0.02, "mode": "columns"})],
}
CONSTRAINTS: dict[str, ITEM] = {
    "MaxNorm": [("default", {}), ("given", {"max_value": 3, "axis": 1})],
    "MinMaxNorm": [("default", {}), ("given", {"min_value": 0.1, "max_value": 2.0, "rate": 0.5})],
    "UnitNorm": [("default", {}), ("axis", {"axis": 1})],
}
DECAY = make(
    "optimizers.schedules.ExponentialDecay",
    initial_learning_rate=0.1,
    decay_steps=10,
    decay_rate=0.9,
)
OPTIMIZERS: dict[str, ITEM] = {
    "SGD": [
        ("default", {}),
        ("nesterov", {"momentum": 0.9, "nesterov": True}),
        ("lr", {"lr": 0.1}),
        ("clipped", {"clipnorm": 1.0}),
        ("decay", {"decay": 0.01}),
        ("decayed", {"weight_decay": 0.01}),
    ],
    "Adam": [
        ("default", {}),
        ("amsgrad", {"amsgrad": True, "learning_rate": 0.01}),
        ("schedule", {"learning_rate": DECAY}),
        ("ema", {"use_ema": True}),
        ("accumulating", {"gradient_accumulation_steps": 2}),
        ("clipvalue", {"clipvalue": 0.5, "epsilon": 1e-5}),
    ],
    "RMSprop": [("default", {}), ("centered", {"centered": True, "rho": 0.8})],
    "LossScaleOptimizer": [("default", {"inner_optimizer": make("optimizers.SGD")})],
    "Optimizer": [],
    "TFOptimizer": [],
    "Adagrad": [("default", {}), ("given", {"initial_accumulator_value": 0.2})],
}
SCHEDULES: dict[str, ITEM] = {
    "ExponentialDecay": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9},
    "InverseTimeDecay": {
        "initial_learning_rate": 0.1,
        "decay_steps": 10,
        "decay_rate": 0.9,
        "staircase": True,
    },
    "PiecewiseConstantDecay": {"boundaries": [10, 20], "values": [0.1, 0.05, 0.01]},
    "PolynomialDecay": {"initial_learning_rate": 0.1, "decay_steps": 10},
    "CosineDecay": {"initial_learning_rate": 0.1, "decay_steps": 10},
    "CosineDecayRestarts": {"initial_learning_rate": 0.1, "first_decay_steps": 10},
}
LOSSES: dict[str, ITEM] = {
    "BinaryCrossentropy": [
        ("default", {}),
        ("logits", {"from_logits": True, "label_smoothing": 0.1}),
    ],
    "CategoricalCrossentropy": [("default", {}), ("logits", {"from_logits": True})],
    "SparseCategoricalCrossentropy": [
        ("default", {}),
        ("logits", {"from_logits": True}),
        ("ignore", {"ignore_class": 0}),
    ],
    "Huber": [("default", {}), ("delta", {"delta": 2.0})],
    "MeanSquaredError": [
        ("default", {}),
        ("sum", {"reduction": "sum"}),
        ("named", {"name": "error"}),
        ("none", {"reduction": "none"}),
    ],
    "Loss": [],
}
LOSS_NAMES = [
    "mse",
    "mae",
    "mape",
    "msle",
    "kld",
    "mean_squared_error",
    "mean_absolute_error",
    "binary_crossentropy",
    "bce",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "kullback_leibler_divergence",
    "kl_divergence",
    "hinge",
    "squared_hinge",
    "categorical_hinge",
    "poisson",
    "cosine_similarity",
    "cosine_proximity",
    "logcosh",
    "log_cosh",
    "huber",
    "huber_loss",
    "binary_focal_crossentropy",
    "dice",
    "tversky",
    "ctc",
]
METRICS: dict[str, ITEM] = {
    "AUC": [("default", {}), ("given", {"num_thresholds": 5, "curve": "PR", "multi_label": True})],
    "BinaryIoU": [("default", {}), ("given", {"target_class_ids": [1], "threshold": 0.3})],
    "FBetaScore": [("default", {}), ("given", {"average": "macro", "beta": 2.0})],
    "IoU": [("default", {"num_classes": 2, "target_class_ids": [0]})],
    "MeanIoU": [("default", {"num_classes": 2}), ("named", {"num_classes": 2, "name": "iou"})],
    "OneHotIoU": [("default", {"num_classes": 2, "target_class_ids": [0]})],
    "OneHotMeanIoU": [("default", {"num_classes": 2})],
    "Precision": [
        ("default", {}),
        ("given", {"thresholds": [0.3, 0.5], "top_k": 1, "class_id": 0}),
    ],
    "PrecisionAtRecall": [("default", {"recall": 0.5})],
    "RecallAtPrecision": [("default", {"precision": 0.5})],
    "SensitivityAtSpecificity": [("default", {"specificity": 0.5, "num_thresholds": 3})],
    "SpecificityAtSensitivity": [("default", {"sensitivity": 0.5})],
    "MeanRelativeError": [("default", {"normalizer": [1.0, 2.0]})],
    "TopKCategoricalAccuracy": [("default", {}), ("given", {"k": 2})],
    "ConcordanceCorrelation": [("default", {})],
    "MeanMetricWrapper": [],
    "Metric": [],
    "MeanTensor": [],
    "SumOverBatchSizeMetricWrapper": [],
    "Reduce": [],
}
METRIC_NAMES = [
    "accuracy",
    "acc",
    "mse",
    "mae",
    "mape",
    "mean_squared_error",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "top_k_categorical_accuracy",
    "cosine_similarity",
    "AUC",
    "auc",
    "binary_crossentropy",
    "Precision",
    "crossentropy",
    "ce",
]

# ------------------------------------------------------------------------------------- graphs
# A node is (name, layer | "#node" to call its layer again | {"op": function}, arguments, keywords).


def graph(inputs: ITEM, nodes: ITEM, outputs: ITEM, **others: ITEM) -> ITEM:
    """Return the description of a Functional model."""
    return dict(others, inputs=inputs, nodes=nodes, outputs=outputs)


def stack(first: ITEM, *layers: ITEM, **others: ITEM) -> ITEM:
    """Return the description of a Sequential model; ``first`` is its input or None."""
    return dict(others, sequential=list(layers), input=first)


def sub(model: ITEM) -> ITEM:
    """Return a model as a part of another one."""
    return {"model": model}


def op(name: str) -> ITEM:
    """Return a function of the running release as a node."""
    return {"op": name}


def dense(units: int = 3, **others: ITEM) -> ITEM:
    """Return a Dense layer."""
    return make("Dense", units=units, **others)


IN = {"a": VECTOR}
PAIR = {"a": VECTOR, "b": VECTOR}
INNER = graph({"x": VECTOR}, [("h", dense(4), "@x")], "@h", name="inner")
INNER_STACK = stack(VECTOR, dense(4, activation="relu"), dense(4), name="inner_stack")
INNER_TWO_OUT = graph(
    {"x": VECTOR}, [("h", dense(4), "@x"), ("r", make("ReLU"), "@h")], ["@h", "@r"], name="inner"
)
INNER_TWO_IN = graph(
    {"x": VECTOR, "y": VECTOR}, [("s", make("Add"), ["@x", "@y"])], "@s", name="inner"
)
OUTER = graph({"y": VECTOR}, [("m", sub(INNER), "@y"), ("d", dense(4), "@m")], "@d", name="middle")
SGD = {"optimizer": "sgd", "loss": "mean_squared_error"}

GRAPHS: dict[str, ITEM] = {
    "sequential-plain": stack(VECTOR, dense(3, activation="relu"), dense(2)),
    "sequential-named": stack(
        VECTOR, dense(3, name="first"), dense(2, name="second"), name="named"
    ),
    "sequential-input-shape": stack(None, dense(3, input_shape=[4]), dense(2)),
    "sequential-unbuilt": stack(None, dense(3), dense(2)),
    "sequential-called": stack(None, dense(3), dense(2), called=VECTOR),
    "sequential-empty": stack(None),
    "sequential-only-input": stack(VECTOR),
    "sequential-conv": stack(
        PICTURE,
        make("Conv2D", filters=2, kernel_size=3),
        make("BatchNormalization"),
        make("Activation", "relu"),
        make("MaxPooling2D"),
        make("Flatten"),
        make("Dropout", 0.5),
        dense(2, activation="softmax"),
    ),
    "sequential-lstm": stack(
        STEPS, make("LSTM", units=2, return_sequences=True), make("LSTM", units=2), dense(1)
    ),
    "sequential-many-dense": stack(VECTOR, *[dense(4) for _ in range(12)]),
    "sequential-of-sequential": stack(None, sub(INNER_STACK), sub(stack(VECTOR, dense(2)))),
    "sequential-of-functional": stack(VECTOR, sub(INNER), dense(2)),
    "sequential-of-functional-first": stack(None, sub(INNER), dense(2)),
    "sequential-deep": stack(
        VECTOR, sub(stack(VECTOR, sub(stack(VECTOR, dense(4), name="one")), name="two")), dense(2)
    ),
    "sequential-masked": stack(
        WHOLE, make("Embedding", 6, 3, mask_zero=True), make("LSTM", units=2), dense(1)
    ),
    "sequential-masked-bidirectional": stack(
        WHOLE,
        make("Embedding", 6, 3, mask_zero=True),
        make("Bidirectional", make("GRU", units=2)),
        dense(1),
    ),
    "sequential-masking": stack(STEPS, make("Masking"), make("LSTM", units=2)),
    "sequential-stateful": stack(
        tensor(5, 3, batch=2), make("LSTM", units=2, stateful=True), dense(1)
    ),
    "sequential-frozen": stack(VECTOR, dense(3, trainable=False), dense(2)),
    "sequential-trained": stack(VECTOR, dense(3), dense(2), compile=SGD, train=True),
    "functional-plain": graph(IN, [("h", dense(3), "@a"), ("o", dense(2), "@h")], "@o"),
    "functional-identity": graph(IN, [], "@a"),
    "functional-list-output": graph(IN, [("o", dense(2), "@a")], ["@o"]),
    "functional-two-outputs": graph(
        IN, [("h", dense(3), "@a"), ("o", dense(2), "@h"), ("p", dense(1), "@h")], ["@o", "@p"]
    ),
    "functional-dict-outputs": graph(
        IN, [("o", dense(2), "@a"), ("p", dense(1), "@a")], {"left": "@o", "right": "@p"}
    ),
    "functional-nested-outputs": graph(
        IN, [("o", dense(2), "@a"), ("p", dense(1), "@a")], ["@o", {"right": "@p"}]
    ),
    "functional-two-inputs": graph(
        PAIR, [("c", make("Concatenate"), ["@a", "@b"]), ("o", dense(2), "@c")], "@o"
    ),
    "functional-dict-inputs": graph(
        PAIR,
        [("c", make("Concatenate"), ["@a", "@b"]), ("o", dense(2), "@c")],
        "@o",
        inputs_as="dict",
    ),
    "functional-dict-both": graph(
        PAIR, [("s", make("Add"), ["@a", "@b"])], {"sum": "@s"}, inputs_as="dict"
    ),
    "functional-single-list-input": graph(IN, [("o", dense(2), "@a")], "@o", inputs_as="list"),
    "functional-input-as-output": graph(IN, [("o", dense(2), "@a")], ["@a", "@o"]),
    "functional-unnamed": graph(IN, [("o", dense(2), "@a")], "@o", unnamed=True),
    "functional-named": graph(
        IN,
        [("h", dense(3, name="hidden"), "@a"), ("o", dense(2, name="out"), "@h")],
        "@o",
        name="m",
    ),
    "functional-residual": graph(
        IN, [("h", dense(4), "@a"), ("s", make("Add"), ["@a", "@h"]), ("o", dense(2), "@s")], "@o"
    ),
    "functional-shared-layer": graph(
        PAIR,
        [("h", dense(3), "@a"), ("k", "#h", "@b"), ("s", make("Add"), ["@h", "@k"])],
        "@s",
    ),
    "functional-shared-both-out": graph(
        PAIR, [("h", dense(3), "@a"), ("k", "#h", "@b")], ["@h", "@k"]
    ),
    "functional-batch-shape": graph({"a": tensor(4, batch=2)}, [("o", dense(2), "@a")], "@o"),
    "functional-open-shape": graph({"a": tensor(None, 3)}, [("o", dense(2), "@a")], "@o"),
    "functional-open-conv": graph(
        {"a": tensor(None, None, 3)},
        [("c", make("Conv2D", 2, 2), "@a"), ("o", make("GlobalAveragePooling2D"), "@c")],
        "@o",
    ),
    "functional-optional-input": graph(
        {"a": tensor(4, optional=True)}, [("o", dense(2), "@a")], "@o"
    ),
    "functional-sparse-input": graph({"a": tensor(4, sparse=True)}, [("o", dense(2), "@a")], "@o"),
    "functional-ragged-input": graph(
        {"a": tensor(None, 3, ragged=True)}, [("o", make("LSTM", 2), "@a")], "@o"
    ),
    "functional-int-input": graph(
        {"a": WHOLE}, [("e", make("Embedding", 6, 2), "@a"), ("f", make("Flatten"), "@e")], "@f"
    ),
    "functional-masked": graph(
        {"a": WHOLE},
        [
            ("e", make("Embedding", 6, 3, mask_zero=True), "@a"),
            ("l", make("LSTM", 2, return_sequences=True), "@e"),
            ("t", make("TimeDistributed", dense(2)), "@l"),
        ],
        "@t",
    ),
    "functional-masked-sum": graph(
        {"a": WHOLE},
        [
            ("e", make("Embedding", 6, 3, mask_zero=True), "@a"),
            ("d", dense(3), "@e"),
            ("s", make("Add"), ["@e", "@d"]),
            ("g", make("GlobalAveragePooling1D"), "@s"),
        ],
        "@g",
    ),
    "functional-initial-state": graph(
        {"a": STEPS, "h": tensor(2), "c": tensor(2)},
        [("l", make("LSTM", 2), "@a", {"initial_state": ["@h", "@c"]})],
        "@l",
    ),
    "functional-state-out": graph(
        {"a": STEPS}, [("l", make("LSTM", 2, return_state=True), "@a")], ["@l.0", "@l.1", "@l.2"]
    ),
    "functional-encoder-decoder": graph(
        {"a": STEPS, "b": STEPS},
        [
            ("e", make("LSTM", 2, return_state=True), "@a"),
            (
                "d",
                make("LSTM", 2, return_sequences=True),
                "@b",
                {"initial_state": ["@e.1", "@e.2"]},
            ),
            ("o", dense(2), "@d"),
        ],
        "@o",
    ),
    "functional-bidirectional-state": graph(
        {"a": STEPS},
        [("l", make("Bidirectional", make("GRU", 2, return_state=True)), "@a")],
        ["@l.0", "@l.1", "@l.2"],
    ),
    "functional-training-argument": graph(
        IN, [("d", make("Dropout", 0.5), "@a", {"training": True}), ("o", dense(2), "@d")], "@o"
    ),
    "functional-batchnorm-inference": graph(
        IN, [("n", make("BatchNormalization"), "@a", {"training": False})], "@n"
    ),
    "functional-attention-keywords": graph(
        {"q": STEPS, "v": STEPS},
        [
            (
                "m",
                make("MultiHeadAttention", num_heads=2, key_dim=2),
                [],
                {"query": "@q", "value": "@v"},
            )
        ],
        "@m",
    ),
    "functional-attention-mask": graph(
        {"q": STEPS, "m": tensor(5, 5, dtype="bool")},
        [
            (
                "o",
                make("MultiHeadAttention", num_heads=1, key_dim=2),
                {"args": ["@q", "@q"]},
                {"attention_mask": "@m"},
            )
        ],
        "@o",
    ),
    "functional-attention-self": graph(
        {"q": STEPS},
        [("o", make("MultiHeadAttention", num_heads=1, key_dim=2), {"args": ["@q", "@q", "@q"]})],
        "@o",
    ),
    "functional-attention-scores": graph(
        {"q": STEPS},
        [
            (
                "o",
                make("MultiHeadAttention", num_heads=1, key_dim=2),
                {"args": ["@q", "@q"]},
                {"return_attention_scores": True},
            )
        ],
        ["@o.0", "@o.1"],
    ),
    "functional-transformer": graph(
        {"q": STEPS},
        [
            ("m", make("MultiHeadAttention", num_heads=1, key_dim=2), {"args": ["@q", "@q"]}),
            ("s", make("Add"), ["@q", "@m"]),
            ("n", make("LayerNormalization"), "@s"),
            ("f", dense(4, activation="gelu"), "@n"),
            ("g", dense(3), "@f"),
            ("t", make("Add"), ["@n", "@g"]),
            ("p", make("GlobalAveragePooling1D"), "@t"),
        ],
        "@p",
    ),
    "functional-unet": graph(
        {"a": tensor(4, 4, 1)},
        [
            ("c", make("Conv2D", 2, 3, padding="same"), "@a"),
            ("p", make("MaxPooling2D"), "@c"),
            ("d", make("Conv2D", 2, 3, padding="same"), "@p"),
            ("u", make("UpSampling2D"), "@d"),
            ("j", make("Concatenate"), ["@c", "@u"]),
            ("o", make("Conv2DTranspose", 1, 2, padding="same"), "@j"),
        ],
        "@o",
    ),
    "functional-trained": graph(
        PAIR,
        [("c", make("Concatenate"), ["@a", "@b"]), ("o", dense(2), "@c")],
        "@o",
        compile=dict(SGD, optimizer="adam", metrics=["mae"]),
        train=True,
    ),
    "nested-once": graph(IN, [("m", sub(INNER), "@a"), ("o", dense(2), "@m")], "@o"),
    "nested-twice": graph(
        PAIR, [("m", sub(INNER), "@a"), ("n", "#m", "@b"), ("s", make("Add"), ["@m", "@n"])], "@s"
    ),
    "nested-twice-both-out": graph(
        PAIR, [("m", sub(INNER), "@a"), ("n", "#m", "@b")], ["@m", "@n"]
    ),
    "nested-chain": graph(IN, [("m", sub(INNER), "@a"), ("n", "#m", "@m")], "@n"),
    "nested-deep": graph(IN, [("m", sub(OUTER), "@a"), ("o", dense(2), "@m")], "@o"),
    "nested-deep-twice": graph(
        PAIR, [("m", sub(OUTER), "@a"), ("n", "#m", "@b"), ("s", make("Add"), ["@m", "@n"])], "@s"
    ),
    "nested-two-outputs": graph(
        IN, [("m", sub(INNER_TWO_OUT), "@a"), ("s", make("Add"), ["@m.0", "@m.1"])], "@s"
    ),
    "nested-second-output": graph(
        IN, [("m", sub(INNER_TWO_OUT), "@a"), ("o", dense(2), "@m.1")], "@o"
    ),
    "nested-two-inputs": graph(
        PAIR, [("m", sub(INNER_TWO_IN), ["@a", "@b"]), ("o", dense(2), "@m")], "@o"
    ),
    "nested-sequential": graph(IN, [("m", sub(INNER_STACK), "@a"), ("o", dense(2), "@m")], "@o"),
    "nested-sequential-twice": graph(
        PAIR,
        [("m", sub(INNER_STACK), "@a"), ("n", "#m", "@b"), ("s", make("Add"), ["@m", "@n"])],
        "@s",
    ),
    "nested-only": graph(IN, [("m", sub(INNER), "@a")], "@m"),
    "nested-different": graph(
        IN, [("m", sub(INNER), "@a"), ("n", sub(INNER_STACK), "@m"), ("o", dense(2), "@n")], "@o"
    ),
    "nested-time-distributed": graph(
        {"a": tensor(3, 4)}, [("t", make("TimeDistributed", sub(INNER)), "@a")], "@t"
    ),
    "nested-sequential-time-distributed": stack(
        tensor(3, 4), make("TimeDistributed", sub(INNER_STACK)), make("LSTM", units=2)
    ),
    "nested-reused-input": {"reuse": True},
    "mixed-precision": graph(
        IN,
        [("h", dense(3), "@a"), ("o", dense(2, dtype="float32"), "@h")],
        "@o",
        policy="mixed_float16",
    ),
    "mixed-precision-sequential": stack(VECTOR, dense(3), dense(2), policy="mixed_float16"),
    "mixed-precision-bfloat16": stack(VECTOR, dense(3), dense(2), policy="mixed_bfloat16"),
    "mixed-precision-trained": stack(
        VECTOR, dense(3), policy="mixed_float16", compile=dict(SGD, optimizer="adam"), train=True
    ),
    "policy-float64": stack(VECTOR, dense(3), dense(2), policy="float64"),
    "dtype-policy-object": stack(
        VECTOR, dense(3, dtype=make("mixed_precision.Policy", "mixed_float16"))
    ),
    "dtype-policy-object-3": stack(
        VECTOR, dense(3, dtype=make("dtype_policies.DTypePolicy", "mixed_float16"))
    ),
    "quantized-int8": stack(VECTOR, dense(4), dense(2), quantize="int8"),
    "quantized-int4": stack(VECTOR, dense(4), dense(2), quantize="int4"),
    "quantized-float8": stack(VECTOR, dense(4), dense(2), quantize="float8"),
    "quantized-embedding": stack(WHOLE, make("Embedding", 6, 4), make("Flatten"), quantize="int8"),
    "quantized-einsum": stack(
        VECTOR, make("EinsumDense", "ab,bc->ac", output_shape=4), quantize="int8"
    ),
    "quantized-policy": stack(VECTOR, dense(4, dtype="int8_from_float32")),
    "quantized-lora": stack(VECTOR, dense(4), quantize="int8", lora=2),
    "lora-enabled": stack(VECTOR, dense(4), dense(2), lora=2),
    "lora-embedding": stack(WHOLE, make("Embedding", 6, 4), lora=2),
    "seed-generator": stack(
        VECTOR, make("Dropout", 0.5, seed=1), make("GaussianNoise", 0.1, seed=2), dense(2)
    ),
    "activity-regularized": stack(VECTOR, dense(3, activity_regularizer="l2"), dense(2)),
    "string-arguments": stack(
        VECTOR,
        dense(
            3,
            kernel_initializer="he_normal",
            bias_initializer="ones",
            kernel_regularizer="l2",
            kernel_constraint="max_norm",
            activation="selu",
        ),
    ),
}

# ------------------------------------------------------------------- operations in the graph

TENSORFLOW_OPS: dict[str, ITEM] = {
    "relu": [("o", op("tensorflow.nn.relu"), {"args": ["@a"]})],
    "times": [("o", op("operator.mul"), {"args": ["@a", 2.0]})],
    "plus-right": [("o", op("operator.add"), {"args": [1.0, "@a"]})],
    "minus-tensor": [("d", dense(4), "@a"), ("o", op("operator.sub"), {"args": ["@a", "@d"]})],
    "matmul": [("o", op("tensorflow.matmul"), {"args": ["@a", "@a"]}, {"transpose_b": True})],
    "mean": [("o", op("tensorflow.reduce_mean"), {"args": ["@a"]}, {"axis": -1})],
    "concat": [("o", op("tensorflow.concat"), {"args": [["@a", "@a"]]}, {"axis": -1})],
    "slice": [("o", op("slice"), {"args": ["@a", [None, [1, 3, None]]]})],
    "pick": [("o", op("slice"), {"args": ["@a", [None, 0]]})],
    "reshape": [("o", op("tensorflow.reshape"), {"args": ["@a", [-1, 2, 2]]})],
    "expand": [("o", op("tensorflow.expand_dims"), {"args": ["@a"]}, {"axis": 1})],
    "shape": [
        ("s", op("tensorflow.shape"), {"args": ["@a"]}),
        ("o", op("tensorflow.reshape"), {"args": ["@a", "@s"]}),
    ],
    "split": [
        ("s", op("tensorflow.split"), {"args": ["@a", 2]}, {"axis": 1}),
        ("o", make("Add"), ["@s.0", "@s.1"]),
    ],
    "cast": [("o", op("tensorflow.cast"), {"args": ["@a", "float16"]})],
    "greater": [("o", op("operator.gt"), {"args": ["@a", 0.0]})],
    "backend-mean": [("o", op("keras.backend.mean"), {"args": ["@a"]}, {"axis": 1})],
    "negative": [("o", op("operator.neg"), {"args": ["@a"]}), ("p", dense(2), "@o")],
}
KERAS_OPS: dict[str, ITEM] = {
    name: [("o", op("keras.ops." + name), {"args": ["@a"]})]
    for name in [
        "abs",
        "relu",
        "exp",
        "log",
        "square",
        "sqrt",
        "sigmoid",
        "softmax",
        "tanh",
        "sum",
        "mean",
        "max",
        "argmax",
        "sort",
        "flip",
        "transpose",
        "cos",
        "floor",
        "isnan",
        "logical_not",
        "cumsum",
        "gelu",
        "silu",
        "hard_sigmoid",
        "log_softmax",
        "ravel",
        "zeros_like",
        "sign",
        "erf",
        "rsqrt",
        "normalize",
        "squeeze",
        "logsumexp",
        "swapaxes",
    ]
}
KERAS_OPS.update(
    {
        "times": [("o", op("operator.mul"), {"args": ["@a", 2.0]})],
        "plus-right": [("o", op("operator.add"), {"args": [1.0, "@a"]})],
        "minus-tensor": [("d", dense(4), "@a"), ("o", op("operator.sub"), {"args": ["@a", "@d"]})],
        "negative": [("o", op("operator.neg"), {"args": ["@a"]}), ("p", dense(2), "@o")],
        "power": [("o", op("operator.pow"), {"args": ["@a", 2]})],
        "greater": [("o", op("operator.gt"), {"args": ["@a", 0.0]})],
        "matmul": [("d", dense(4), "@a"), ("o", op("keras.ops.multiply"), {"args": ["@a", "@d"]})],
        "mean-axis": [
            ("o", op("keras.ops.mean"), {"args": ["@a"]}, {"axis": -1, "keepdims": True})
        ],
        "concatenate": [("o", op("keras.ops.concatenate"), {"args": [["@a", "@a"]]}, {"axis": -1})],
        "stack": [("o", op("keras.ops.stack"), {"args": [["@a", "@a"]]}, {"axis": 1})],
        "slice": [("o", op("slice"), {"args": ["@a", [None, [1, 3, None]]]})],
        "pick": [("o", op("slice"), {"args": ["@a", [None, 0]]})],
        "ellipsis": [("o", op("slice"), {"args": ["@a", ["...", None]]})],
        "reshape": [("o", op("keras.ops.reshape"), {"args": ["@a", [-1, 2, 2]]})],
        "expand_dims": [("o", op("keras.ops.expand_dims"), {"args": ["@a"]}, {"axis": 1})],
        "split": [
            ("s", op("keras.ops.split"), {"args": ["@a", 2]}, {"axis": 1}),
            ("o", make("Add"), ["@s.0", "@s.1"]),
        ],
        "cast": [("o", op("keras.ops.cast"), {"args": ["@a", "float16"]})],
        "where": [
            ("g", op("operator.gt"), {"args": ["@a", 0.0]}),
            ("o", op("keras.ops.where"), {"args": ["@g", "@a", 0.0]}),
        ],
        "clip": [("o", op("keras.ops.clip"), {"args": ["@a", -1.0, 1.0]})],
        "einsum": [("o", op("keras.ops.einsum"), {"args": ["ab,ab->a", "@a", "@a"]})],
        "one_hot": [
            ("i", op("keras.ops.argmax"), {"args": ["@a"]}, {"axis": -1}),
            ("o", op("keras.ops.one_hot"), {"args": ["@i", 4]}),
        ],
        "shape": [("o", op("keras.ops.full_like"), {"args": ["@a", 2.0]})],
        "dense-around": [
            ("d", dense(4), "@a"),
            ("r", op("keras.ops.relu"), {"args": ["@d"]}),
            ("s", op("operator.add"), {"args": ["@r", "@a"]}),
            ("o", dense(2), "@s"),
        ],
    }
)

# ---------------------------------------------------------- functions and classes of the user

CUSTOM: dict[str, ITEM] = {
    "layer": source(
        """
class Scale(layers.Layer):
    def __init__(self, factor=2.0, **others):
        super().__init__(**others)
        self.factor = factor
    def call(self, value):
        return value * self.factor
    def get_config(self):
        return dict(super().get_config(), factor=self.factor)
""",
        "Scale",
    ),
    "weighted-layer": source(
        """
class Shift(layers.Layer):
    def build(self, shape):
        self.offset = self.add_weight(shape=(shape[-1],), initializer="ones", name="offset")
        super().build(shape)
    def call(self, value):
        return value + self.offset
""",
        "Shift",
    ),
    "initializer": source(
        """
class Halves(keras.initializers.Initializer):
    def __call__(self, shape, dtype=None, **others):
        return keras.initializers.Constant(0.5)(shape, dtype=dtype)
    def get_config(self):
        return {}
""",
        "Halves",
    ),
    "regularizer": source(
        """
class Nothing(keras.regularizers.Regularizer):
    def __call__(self, value):
        return 0.0
    def get_config(self):
        return {}
""",
        "Nothing",
    ),
    "constraint": source(
        """
class Anything(keras.constraints.Constraint):
    def __call__(self, value):
        return value
    def get_config(self):
        return {}
""",
        "Anything",
    ),
    "activation": source("def double(value):\n    return value * 2.0\n", "double"),
    "loss": source(
        "def distance(expected, found):\n    return (expected - found) ** 2\n", "distance"
    ),
    "loss-class": source(
        """
class Distance(keras.losses.Loss):
    def call(self, expected, found):
        return (expected - found) ** 2
""",
        "Distance",
    ),
    "metric": source("def gap(expected, found):\n    return abs(expected - found)\n", "gap"),
    "metric-class": source("class Rows(keras.metrics.Mean):\n    pass\n", "Rows"),
    "optimizer": source("class Slow(keras.optimizers.SGD):\n    pass\n", "Slow"),
    "cell": source(
        """
class Cell(layers.Layer):
    def __init__(self, units, **others):
        super().__init__(**others)
        self.units = units
        self.state_size = units
    def call(self, value, states):
        return states[0] + 1.0, [states[0] + 1.0]
    def get_config(self):
        return dict(super().get_config(), units=self.units)
""",
        "Cell",
    ),
    "schedule": source(
        """
class Flat(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.1
    def get_config(self):
        return {}
""",
        "Flat",
    ),
}
LAMBDAS: dict[str, ITEM] = {
    "lambda": {"function": source("lambda x: x * 2.0")},
    "default-argument": {"function": source("lambda x, factor=3.0: x * factor")},
    "arguments": {
        "function": source("lambda x, factor: x * factor"),
        "arguments": {"factor": 2.0},
    },
    "output-shape": {"function": source("lambda x: x[:, :2]"), "output_shape": (2,)},
    "function": {"function": source("def twice(x):\n    return x * 2.0\n", "twice")},
    "function-arguments": {
        "function": source("def times(x, factor=1.0):\n    return x * factor\n", "times"),
        "arguments": {"factor": 3.0},
    },
    "keras-activation": {"function": {"call": "keras.activations.relu"}},
    "tensorflow-function": {"function": {"call": "tensorflow.nn.relu"}},
    "closure": {"function": source("(lambda factor: lambda x: x * factor)(4.0)")},
    "mask": {"function": source("lambda x: x + 1.0"), "mask": source("lambda x, mask=None: None")},
    "output-shape-function": {
        "function": source("lambda x: x * 1.0"),
        "output_shape": source("lambda shape: shape"),
    },
}
SUBCLASSED = source(
    """
class Perceptron(keras.Model):
    def __init__(self, units=3, **others):
        super().__init__(**others)
        self.units = units
        self.hidden = layers.Dense(units, name="hidden")
        self.scores = layers.Dense(2, name="scores")
    def call(self, value):
        return self.scores(self.hidden(value))
    def get_config(self):
        return {"units": self.units}
""",
    "Perceptron",
)
APPLICATIONS: dict[str, ITEM] = {
    "MobileNet": {"alpha": 0.1, "input_shape": [32, 32, 3], "classes": 2},
    "MobileNetV2": {"alpha": 0.1, "input_shape": [32, 32, 3], "classes": 2},
    "MobileNetV3Small": {
        "alpha": 0.25,
        "input_shape": [32, 32, 3],
        "classes": 2,
        "minimalistic": True,
    },
}
SAVED_MODELS = {
    "sequential-plain",
    "functional-two-inputs",
    "nested-once",
    "layer-LSTM-default",
    "sequential-trained",
    "subclassed-plain",
}


def custom(role: str, **arguments: ITEM) -> ITEM:
    """Return an object of the user's own: see ``CUSTOM``."""
    return {"custom": role, "with": arguments}


def compiled(**arguments: ITEM) -> ITEM:
    """Return a small model compiled so."""
    return stack(VECTOR, dense(2), compile=dict(SGD, **arguments))


CUSTOM_MODELS: dict[str, ITEM] = {
    "layer": stack(VECTOR, custom("layer", factor=3.0), dense(2)),
    "layer-in-functional": graph(IN, [("s", custom("layer"), "@a"), ("o", dense(2), "@s")], "@o"),
    "layer-nested": stack(VECTOR, sub(stack(VECTOR, custom("layer"), name="inner")), dense(2)),
    "layer-wrapped": stack(STEPS, make("TimeDistributed", custom("layer"))),
    "weighted-layer": stack(VECTOR, custom("weighted-layer"), dense(2)),
    "initializer": stack(VECTOR, dense(2, kernel_initializer=custom("initializer"))),
    "regularizer": stack(VECTOR, dense(2, kernel_regularizer=custom("regularizer"))),
    "constraint": stack(VECTOR, dense(2, kernel_constraint=custom("constraint"))),
    "activation": stack(VECTOR, dense(2, activation=custom("activation"))),
    "activation-layer": stack(VECTOR, make("Activation", custom("activation"))),
    "loss": compiled(loss=custom("loss")),
    "loss-class": compiled(loss=custom("loss-class")),
    "metric": compiled(metrics=[custom("metric")]),
    "metric-class": compiled(metrics=[custom("metric-class")]),
    "optimizer": compiled(optimizer=custom("optimizer")),
    "schedule": compiled(optimizer=make("optimizers.SGD", learning_rate=custom("schedule"))),
    "cell": stack(tensor(5, 3), make("RNN", custom("cell", units=3))),
}
TWO_OUT = graph(
    IN, [("o", dense(2, name="o"), "@a"), ("p", dense(1, name="p"), "@a")], ["@o", "@p"]
)
COMPILED: dict[str, ITEM] = {
    "plain": compiled(),
    "names": compiled(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"]),
    "aliases": compiled(optimizer="rmsprop", loss="mse", metrics=["mae", "acc"]),
    "no-loss": stack(VECTOR, dense(2), compile={"optimizer": "adam"}),
    "metrics-nested": compiled(metrics=[["mse", "mae"]]),
    "metrics-dict": dict(TWO_OUT, compile=dict(SGD, metrics={"o": ["mae"], "p": "mse"})),
    "weighted-metrics": compiled(weighted_metrics=["mean_squared_error"]),
    "loss-list": dict(TWO_OUT, compile=dict(SGD, loss=["mean_squared_error", "hinge"])),
    "loss-dict": dict(
        TWO_OUT,
        compile=dict(
            SGD,
            loss={"o": "mean_squared_error", "p": make("losses.Huber")},
            loss_weights={"o": 1.0, "p": 0.5},
        ),
    ),
    "loss-weights": dict(TWO_OUT, compile=dict(SGD, loss_weights=[1.0, 0.5])),
    "run-eagerly": compiled(run_eagerly=True),
    "steps-per-execution": compiled(steps_per_execution=2),
    "jit": compiled(jit_compile=True),
    "function-objects": compiled(
        loss={"call": "keras.losses.mean_squared_error"},
        metrics=[{"call": "keras.metrics.mean_absolute_error"}],
    ),
    "adam-trained": dict(compiled(optimizer=make("optimizers.Adam")), train=True),
    "nesterov-trained": dict(
        compiled(optimizer=make("optimizers.SGD", momentum=0.9, nesterov=True)), train=True
    ),
}

# What share of the models a saver writes into each container: the rest of the models is written
# by other savers. Chosen by the names, so that the same are chosen at every run.
SHARES = {"layer": 0.6, "graph": 0.9, "custom": 0.7, "lambda": 1.0, "": 0.42}

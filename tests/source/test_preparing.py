"""What is done to data before a model is trained, and before it predicts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kerasscan.model.source import Source, Use
from kerasscan.source import read_source
from tests.source.written import write

_HEAD = "import keras, tensorflow as tf, numpy as np, cv2\nmodel = keras.Sequential([])\n"


def project(folder: Path, **files: str) -> Source:
    """Read a project of modules."""
    return read_source([write(folder, {f"{name}.py": text for name, text in files.items()})])


def steps(source: Source, use: Use) -> list[str]:
    """Return what is done for a use, in words."""
    return [step.says for step in source.preparations if step.use is use]


def calls(source: Source) -> list[str]:
    """Return what models are called for."""
    return [f"{call.use} {call.says} {call.spot}" for call in source.model_calls]


def fitted(folder: Path, text: str) -> list[tuple[str, str]]:
    """Return the steps of a script that trains, with their kinds."""
    source = project(folder, train=f"{_HEAD}{text}\nmodel.fit(x, y)\n")
    assert len(source.model_calls) == 1
    return [(str(step.kind), step.says) for step in source.preparations]


@pytest.mark.parametrize(
    "text",
    [
        "from sklearn.preprocessing import StandardScaler\nmodel = StandardScaler()\nmodel.fit(x)",
        "from sklearn.svm import SVC\nimport keras\nmodel = SVC()\nmodel.fit(x)\nmodel.predict(x)",
        "import keras\nclass Net:\n    def fit(self): pass\nnet = Net()\nnet.fit()",
        "import keras\ntokenizer = keras.preprocessing.text.Tokenizer()\ntokenizer.fit(x)",
        "import torch\nmodel = load()\nmodel.fit(x)",
        "import keras\nmodel = keras.models.load_model('m')\nmodel.summary()",
        "import keras\ndef train(model, x, y):\n    model.fit(x / 255, y)",
    ],
)
def test_what_is_no_model_of_keras_or_gets_its_data_from_nowhere_is_left_out(
    tmp_path: Path, text: str
) -> None:
    source = project(tmp_path, script=text)
    assert source.model_calls == ()
    assert source.preparations == ()


@pytest.mark.parametrize(
    "text",
    [
        "y = y / 255",
        "masks = masks / 255.",
        "colors = np.array([255, 0, 0]) / 255",
        "x = x * 255",
        "x = x / 100",
        "x = x / n",
        "i = keras.Input((3,))\ni = i / 255",
        "inner = keras.layers.Lambda(lambda t: t / 255)",
        "class Scale(keras.layers.Layer):\n    def call(self, x): return x / 255\nScale()",
        "def unused(x): return x / 255",
    ],
)
def test_what_does_not_prepare_the_data_of_the_call_is_left_out(tmp_path: Path, text: str) -> None:
    assert fitted(tmp_path, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "x = x / 255",
        "x = x / 255.",
        "x /= 255.0",
        "x = x * (1. / 255)",
        "x = (1 / 255) * x",
        "x *= 0.00392156862",
        "x = x.astype('float32') / 255",
        "x = np.array(x, dtype='float32') / 255.0",
        "x = tf.cast(x, tf.float32) / 255.0",
        "x = x / np.float32(255)",
        "x = np.divide(x, 255)",
        "SCALE = 255.0\nx = x / SCALE",
        "d = ds.map(lambda i, l: (i / 255, l))",
        "def scale(i, l): return i / 255, l\nd = ds.map(scale)",
        "g = keras.preprocessing.image.ImageDataGenerator(rescale=1. / 255)",
        "x = tf.image.convert_image_dtype(x, tf.float32)",
        "x = cv2.dnn.blobFromImage(x, 1 / 255.0, (64, 64))",
        "from skimage.transform import resize\nx = resize(x, (64, 64))",
    ],
)
def test_a_division_by_255_is_told_however_it_is_written(tmp_path: Path, text: str) -> None:
    assert fitted(tmp_path, text) == [("rescale", "x / 255")]


@pytest.mark.parametrize(
    "text",
    [
        "x = x / 127.5 - 1",
        "x = (x - 127.5) / 127.5",
        "x = (x / 255 - 0.5) * 2",
        "x = 2 * (x / 255) - 1",
        "x /= 127.5\nx -= 1.",
        "x /= 255.\nx -= 0.5\nx *= 2.",
    ],
)
def test_so_is_what_brings_images_to_one_around_zero(tmp_path: Path, text: str) -> None:
    assert fitted(tmp_path, text) == [("rescale", "x / 127.5 - 1")]


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        (
            "from keras.applications.vgg16 import preprocess_input\nx = preprocess_input(x)",
            "preprocess-input",
            "vgg16.preprocess_input",
        ),
        (
            "g = G(preprocessing_function=tf.keras.applications.mobilenet_v2.preprocess_input)",
            "preprocess-input",
            "mobilenet_v2.preprocess_input",
        ),
        (
            "from sklearn import preprocessing\nx = preprocessing.MinMaxScaler().fit_transform(x)",
            "min-max-scaler",
            "MinMaxScaler",
        ),
        (
            "from sklearn.preprocessing import RobustScaler as R\ns = R()\nx = s.fit_transform(x)",
            "other-scaler",
            "RobustScaler",
        ),
        ("from sklearn.preprocessing import OneHotEncoder\nOneHotEncoder()", "encoder", ""),
        ("x = (x - mean) / std", "normalize-mean-std", "(x - mean) / std"),
        ("x = (x - x.mean()) / (x.std(axis=0) + 1e-7)", "normalize-mean-std", "(x - mean) / std"),
        ("x -= self.mean\nx /= self.std", "normalize-mean-std", "(x - mean) / std"),
        ("x = (x - x.min()) / (x.max() - x.min())", "min-max-scaler", ""),
        ("x = cv2.resize(x, (64, 32))", "resize", "resize to 64 x 32"),
        ("x = tf.image.resize(x, [32, 64])", "resize", "resize to 64 x 32"),
        ("x = cv2.resize(x, size)", "resize", "resize"),
        ("x = Image.open(f).resize((8, 9))", "resize", "resize to 8 x 9"),
        ("x = cv2.cvtColor(x, cv2.COLOR_BGR2RGB)", "color", "BGR to RGB"),
        ("x = cv2.cvtColor(x, cv2.COLOR_BGR2GRAY)", "color", "to gray"),
        ("x = x[..., ::-1]", "color", "BGR to RGB"),
        ("x = Image.open(f).convert('L')", "color", "to gray"),
        ("x = cv2.imread(f)", "read-bgr", "cv2.imread"),
        ("t = keras.preprocessing.text.Tokenizer()", "tokenizer", "Tokenizer"),
        (
            "from transformers import AutoTokenizer\nt = AutoTokenizer.from_pretrained('b')",
            "tokenizer",
            "AutoTokenizer",
        ),
        ("x = keras.utils.pad_sequences(x)", "pad", "pad_sequences"),
        ("y = keras.utils.to_categorical(y)", "one-hot", "to_categorical"),
        ("import joblib\ns = joblib.load('s.pkl')", "loaded", "joblib.load"),
        ("from elsewhere import preprocess\nx = preprocess(x)", "unknown", "preprocess"),
        ("x = self.processor.preprocess(x)", "unknown", "self.processor.preprocess"),
        ("x = np.load('x.npy')", "unknown", "numpy.load"),
    ],
)
def test_other_steps_are_told_by_their_kind(
    tmp_path: Path, text: str, kind: str, says: str
) -> None:
    found = fitted(tmp_path, text)
    assert [each[0] for each in found] == [kind]
    assert not says or found[0][1] == says


_FLASK = """\
import cv2
import numpy as np
from flask import Flask, request
from tensorflow.keras.models import load_model

app = Flask(__name__)
model = None


def get_model():
    global model
    model = load_model("model.h5")


def prepare(data):
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    image = cv2.resize(image, (224, 224))
    return np.expand_dims(image / 255.0, 0)


@app.route("/predict", methods=["POST"])
def predict():
    return str(model.predict(prepare(request.get_data())))
"""


def test_a_server_is_followed_through_its_functions(tmp_path: Path) -> None:
    source = project(tmp_path, serve=_FLASK)
    assert calls(source) == ["predict model.predict serve.py:23"]
    assert sorted(steps(source, Use.PREDICT)) == ["cv2.imdecode", "resize to 224 x 224", "x / 255"]
    assert steps(source, Use.FIT) == []
    assert {str(step.before) for step in source.preparations} == {"serve.py:23"}


def test_a_module_that_both_scripts_import_counts_for_both(tmp_path: Path) -> None:
    source = project(
        tmp_path,
        preprocess="def prepare(x):\n    return scaled(x)\n\ndef scaled(x):\n    return x / 255\n",
        train=f"{_HEAD}from preprocess import prepare\nmodel.fit(prepare(x), y)\n",
        serve="import keras, preprocess\nmodel = keras.models.load_model('m')\n"
        "model.predict(preprocess.prepare(x))\n",
    )
    found = [f"{step.use} {step.says} {step.spot}" for step in source.preparations]
    assert found == ["predict x / 255 preprocess.py:5", "fit x / 255 preprocess.py:5"]


def test_a_class_that_prepares_is_followed_by_its_methods(tmp_path: Path) -> None:
    text = """
    import keras

    class Loader(keras.utils.Sequence):
        def __getitem__(self, index):
            return self.prepared(index)

        def prepared(self, index):
            return self.images[index] / 255

    class Predictor:
        def __init__(self):
            self.model = keras.models.load_model("m.keras")

        def predict(self, image):
            return self.model.predict(self.prepared(image))

        def prepared(self, image):
            return image / 127.5 - 1

    def train():
        model = keras.Sequential([])
        model.fit(Loader())

    if __name__ == "__main__":
        Predictor().predict(open("x"))
    """
    source = project(tmp_path, script=text)
    assert steps(source, Use.FIT) == ["x / 255"]
    assert steps(source, Use.PREDICT) == ["x / 127.5 - 1"]


def test_who_calls_a_function_that_trains_prepares_for_it(tmp_path: Path) -> None:
    source = project(
        tmp_path,
        training="import keras\ndef train(model, x, y):\n    model.fit(x, y)\n",
        main="from training import train\ntrain(build(), x / 255, y)\n",
    )
    assert calls(source) == ["fit model.fit training.py:3"]
    assert [f"{s.says} {s.spot}" for s in source.preparations] == ["x / 255 main.py:2"]


def test_to_predict_where_a_model_is_trained_is_a_part_of_training(tmp_path: Path) -> None:
    source = project(tmp_path, train=f"{_HEAD}x = x / 255\nmodel.fit(x, y)\nmodel.predict(x)\n")
    assert calls(source) == ["fit model.fit train.py:4"]


def test_what_both_uses_in_a_notebook_may_run_counts_for_both(tmp_path: Path) -> None:
    cells = [
        _HEAD + "x = x / 255\n",
        "%matplotlib inline\nmodel.fit(x, y)\n",
        "def guess(f):\n    i = cv2.resize(cv2.imread(f), (8, 8))\n    return model.predict(i)\n",
        "guess('a.png')\n",
    ]
    notebook = {"cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    source = read_source([write(tmp_path, {"both.ipynb": json.dumps(notebook)})])
    assert calls(source) == [
        "fit model.fit both.ipynb, cell 2, line 2",
        "predict model.predict both.ipynb, cell 3, line 3",
    ]
    assert steps(source, Use.FIT) == ["x / 255"]
    assert sorted(steps(source, Use.PREDICT)) == ["cv2.imread", "resize to 8 x 8", "x / 255"]
    assert {s.spot.cell for s in source.preparations if s.says == "x / 255"} == {1}


def test_a_loaded_model_that_is_called_predicts(tmp_path: Path) -> None:
    text = "import keras\nm = keras.models.load_model('m')\nprint(m(x / 255))\n"
    source = project(tmp_path, serve=text)
    assert calls(source) == ["predict m serve.py:3"]
    assert steps(source, Use.PREDICT) == ["x / 255"]


@pytest.mark.parametrize("name", ["maskNet", "cnn_model2", "self.model", "_network"])
def test_a_model_is_known_by_its_name_where_keras_is_imported(tmp_path: Path, name: str) -> None:
    text = f"import keras\nx = open('x')\n{name}.predict(x / 255)\n"
    assert steps(project(tmp_path, serve=text), Use.PREDICT) == ["x / 255"]


@pytest.mark.parametrize("name", ["scaler", "clf", "models", "planet"])
def test_other_names_are_no_models(tmp_path: Path, name: str) -> None:
    assert project(tmp_path, serve=f"import keras\n{name}.predict(x / 255)\n").model_calls == ()


def test_text_that_nests_deeply_is_no_matter(tmp_path: Path) -> None:
    text = f"{_HEAD}x = {'+'.join(['x'] * 900)}\ny = {'(' * 80}x / 255{')' * 80}\nmodel.fit(x)\n"
    assert steps(project(tmp_path, train=text), Use.FIT) == ["x / 255"]

"""Differences between what is done to data before training and before predicting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kerasscan.checks.skew import TRAINING_SERVING_SKEW
from kerasscan.model.finding import Case
from kerasscan.model.saved import Artifact, Container, Saved
from kerasscan.reader.reading import read
from kerasscan.rulebook.builtin import builtin_directory
from kerasscan.rulebook.card import make_rule
from kerasscan.rulebook.card_files import parse_card
from kerasscan.rulebook.examples import run_examples
from kerasscan.source import read_source
from tests.oracle.backbones.packing import FOLDER, PREPROCESSING
from tests.source.written import write

_PREPROCESSING = json.loads((FOLDER / PREPROCESSING).read_text(encoding="utf-8"))
GIVEN, RECORDED = _PREPROCESSING["given"], _PREPROCESSING["rows"]
_SAVED = Saved(Artifact("m.keras", Container.KERAS_ZIP, 0))
_TRAIN = "import keras, cv2\nmodel = keras.Sequential([])\n"
_SERVE = "import keras, cv2\nmodel = keras.models.load_model('m.keras')\n"


def skew(folder: Path, **files: str) -> list[str]:
    """Return what the check says of a project."""
    source = read_source([write(folder, {f"{name}.py": text for name, text in files.items()})])
    case = Case(_SAVED, source=source)
    seen = list(TRAINING_SERVING_SKEW.run(case, {}))
    for observation in seen:
        assert set(observation.facts) == set(TRAINING_SERVING_SKEW.facts)
        assert all(isinstance(value, str) for value in observation.facts.values())
    facts = [observation.facts for observation in seen]
    return [f"{fact['says']} missing {fact['missing_in']}{fact['instead']}" for fact in facts]


def scripts(folder: Path, before_fit: str, before_predict: str) -> list[str]:
    """Return what it says of a script that trains and one that predicts."""
    train = f"{_TRAIN}{before_fit}\nmodel.fit(x, y)\n"
    return skew(folder, train=train, serve=f"{_SERVE}{before_predict}\nmodel.predict(x)\n")


_SIGNED = "x = x / 127.5 - 1"
_MOBILENET = "x = keras.applications.mobilenet_v2.preprocess_input(x)"
_VGG = "x = keras.applications.vgg16.preprocess_input(x)"
_RESNET = "from keras.applications.resnet50 import preprocess_input\nx = preprocess_input(x)"
_SCALER = "from sklearn.preprocessing import StandardScaler\nx = StandardScaler().fit_transform(x)"
_READ = "x = cv2.imread('a.png')\n"
_SWAP = "x = cv2.cvtColor(x, cv2.COLOR_BGR2RGB)"


def test_without_source_nothing_is_seen() -> None:
    assert list(TRAINING_SERVING_SKEW.run(Case(_SAVED), {})) == []


@pytest.mark.parametrize(
    ("before_fit", "before_predict"),
    [
        ("", ""),
        ("x = x / 255", "x = x.astype('float32') * (1 / 255.)"),
        (_SIGNED, _MOBILENET),
        (_VGG, _RESNET),
        ("x = keras.applications.efficientnet.preprocess_input(x)", ""),
        (_SCALER, "x = (x - mean) / std"),
        (_SCALER, "import joblib\nx = joblib.load('scaler.pkl').transform(x)"),
        ("from keras.utils import to_categorical\ny = to_categorical(y)", ""),
        ("from sklearn.preprocessing import LabelEncoder\ny = LabelEncoder().fit(y)", ""),
        ("from sklearn.preprocessing import StandardScaler\ny_scaler = StandardScaler()", ""),
        ("x = cv2.resize(x, (64, 64))", ""),
        ("mask = mask / 255", ""),
        ("x = x / 255", "from elsewhere import preprocess\nx = preprocess(x)"),
        ("import numpy as np\nx = np.load('prepared.npy')", "x = x / 255"),
        ("x = keras.layers.Rescaling(1 / 255)(x)", "x = x / 255"),
        ("i = keras.Input((3,))\nj = keras.applications.vgg16.preprocess_input(i)", ""),
        ("j = keras.layers.Lambda(lambda t: t / 255)", ""),
        ("x = keras.utils.load_img('a.png')", _READ + _SWAP),
        (_READ + _SWAP, _READ + "x = x[..., ::-1]"),
    ],
)
def test_what_is_the_same_or_cannot_be_told_is_clean(
    tmp_path: Path, before_fit: str, before_predict: str
) -> None:
    assert scripts(tmp_path, before_fit, before_predict) == []


@pytest.mark.parametrize(
    ("before_fit", "before_predict", "said"),
    [
        ("x = x / 255", "", ["x / 255 missing before predict"]),
        ("", "x = x / 255", ["x / 255 missing before fit"]),
        (
            "x = x / 255",
            _SIGNED,
            ["x / 255 missing before predict, x / 127.5 - 1 (serve.py:3) in its place"],
        ),
        (
            _VGG,
            "x = x / 255",
            ["vgg16.preprocess_input missing before predict, x / 255 (serve.py:3) in its place"],
        ),
        (_SCALER, "", ["StandardScaler missing before predict"]),
        (_READ + _SWAP, _READ, ["BGR to RGB missing before predict"]),
        (
            f"x = x / 255\n{_SCALER}",
            "import joblib\nx = joblib.load('s.pkl').transform(x)",
            ["x / 255 missing before predict"],
        ),
    ],
)
def test_what_is_done_in_one_place_is_missing_in_the_other(
    tmp_path: Path, before_fit: str, before_predict: str, said: list[str]
) -> None:
    assert scripts(tmp_path, before_fit, before_predict) == said


def test_what_not_every_training_does_contradicts_nothing(tmp_path: Path) -> None:
    first = f"{_TRAIN}x = x / 255\nmodel.fit(x)\n"
    serve = f"{_SERVE}model.predict(x)\n"
    assert skew(tmp_path, first=first, second=f"{_TRAIN}model.fit(x)\n", serve=serve) == []


def test_each_file_that_predicts_is_compared(tmp_path: Path) -> None:
    train = f"{_TRAIN}x = x / 255\nmodel.fit(x)\n"
    serve = f"{_SERVE}model.predict(x)\n"
    ready = f"{_SERVE}model.predict(x / 255)\n"
    assert skew(tmp_path, train=train, one=serve, two=serve, ready=ready) == [
        "x / 255 missing before predict",
        "x / 255 missing before predict",
    ]


def test_the_places_are_named(tmp_path: Path) -> None:
    files = {
        "train.py": f"{_TRAIN}x = x / 255\nmodel.fit(x)\n",
        "serve.py": f"{_SERVE}model.predict(x)\n",
    }
    source = read_source([write(tmp_path, files)])
    case = Case(_SAVED, source=source)
    (seen,) = TRAINING_SERVING_SKEW.run(case, {})
    assert seen.facts["where"] == "train.py:3"
    assert seen.facts["other_where"] == "serve.py:3"
    assert seen.facts["other_call"] == "model.predict"
    assert seen.facts["done_in"] == "before fit"


def test_the_card_s_examples_are_as_it_says() -> None:
    path = builtin_directory() / "preprocessing" / "kp119-training-serving-skew.toml"
    card = parse_card(path)
    assert isinstance(card, dict)
    rule = make_rule(card, family="preprocessing", source=str(path))
    checks = {TRAINING_SERVING_SKEW.name: TRAINING_SERVING_SKEW}
    results = run_examples([rule], read, checks)
    assert len(results) == 3
    assert [str(result) for result in results if not result.passed] == []


@pytest.mark.parametrize("module", sorted({module for _, module, _ in RECORDED}))
def test_preprocess_input_is_what_it_was_recorded_to_do(tmp_path: Path, module: str) -> None:
    """Dividing by 127.5 stands for it, nothing does, or neither: as real releases gave."""
    results = [result for _, each, result in RECORDED if each == module]
    call = f"from keras.applications.{module} import preprocess_input\nx = preprocess_input(x)"
    signed, nothing = tmp_path / "signed", tmp_path / "nothing"
    signed.mkdir()
    nothing.mkdir()
    is_signed = all(result[0] == [-1.0] * 3 and result[2] == [1.0] * 3 for result in results)
    is_nothing = all(result == GIVEN for result in results)
    assert (scripts(signed, call, "x = x / 127.5 - 1") == []) == is_signed
    assert (scripts(nothing, call, "") == []) == is_nothing

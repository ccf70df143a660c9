"""What prepares data: calls of Keras, scikit-learn, OpenCV, Pillow, TensorFlow, and arithmetic."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from kerasscan.model.source import PreparationKind as Kind
from kerasscan.source.arithmetic import STANDARD, UNIT, Arithmetic, Step, rescaled
from kerasscan.source.blocks import Block
from kerasscan.source.keras_names import keras_parts
from kerasscan.source.names import Names, Outside, Value, dotted
from kerasscan.source.scopes import ClassRecord, FunctionRecord, Module, Scope, Unknown
from kerasscan.source.symbols import Symbols

_SKLEARN = {
    "StandardScaler": Kind.STANDARD_SCALER,
    "MinMaxScaler": Kind.MIN_MAX_SCALER,
    **dict.fromkeys(
        ("RobustScaler", "MaxAbsScaler", "Normalizer", "QuantileTransformer", "PowerTransformer"),
        Kind.OTHER_SCALER,
    ),
    **dict.fromkeys(
        ("LabelEncoder", "OneHotEncoder", "OrdinalEncoder", "LabelBinarizer"), Kind.ENCODER
    ),
}

_LAYERS = frozenset({"Rescaling", "Normalization", "TextVectorization"})
"""Layers that prepare: in the model, or in a pipeline before it, which is not told apart."""

_SCALERS = frozenset({Kind.STANDARD_SCALER, Kind.MIN_MAX_SCALER, Kind.OTHER_SCALER})

_TOKENIZERS = re.compile(r"(?:Auto|[A-Z]\w*)?Tokenizer(?:Fast)?\Z|SentencePieceProcessor\Z")

_LOADS = frozenset({"joblib.load", "pickle.load", "cPickle.load", "dill.load", "pickle.loads"})

_PREPARES = re.compile(
    r"(?i)pre_?process|prepare|normali[sz]e|standardi[sz]e|re_?scale|transform"
    r"|(?:load|read|get)_?(?:data|images?|imgs?|datasets?|samples?|batch)"
)
"""Names of what may do anything to data, where its text is out of reach."""

_KNOWN = frozenset(
    {"keras", "tensorflow", "tf_keras", "numpy", "pandas", "cv2", "PIL", "sklearn", "skimage"}
    | {"scipy", "matplotlib", "imageio", "flask", "fastapi", "tensorflow_datasets", "torch"}
)
"""Packages whose functions do to the values of data what is known here, or nothing."""

_ANYHOW = frozenset({"normalize", "scale", "minmax_scale"})
"""Functions of those packages of which that is not so."""

_MADE_ELSEWHERE = frozenset({"numpy.load", "h5py.File", "tensorflow.data.TFRecordDataset"})
"""What reads data that another program may have prepared."""

_LABELS = re.compile(r"(?:^|_)(?:y|labels?|targets?|outputs?|classes)\d?(?:_|$)")


class Steps:
    """Recognises what prepares data. What is not understood and looks so is `Kind.UNKNOWN`."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._arithmetic = Arithmetic(names)
        self._symbols = Symbols(names)

    def of(self, block: Block) -> Iterator[Step]:
        """Yield the steps of a block, in the order of the text for each sort of syntax."""
        inside = self._symbols.inside(block)
        for kind, says, node in self._steps(block):
            if node in inside or self._symbols.is_symbolic(node, block.scope):
                continue
            yield kind, says, node

    def _steps(self, block: Block) -> Iterator[Step]:
        yield from self._arithmetic.of(block)
        for_labels = set(_for_labels(block))
        for node in block.nodes:
            match node:
                case ast.Call():
                    for step in self._called(node, block.scope):
                        if node not in for_labels or step[0] not in _SCALERS:
                            yield step
                case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()):
                    yield from self._named(node, block)
                case ast.Subscript() if _is_reversed(node):
                    yield Kind.COLOR, "BGR to RGB", node

    def _named(self, node: ast.expr, block: Block) -> Iterator[Step]:
        """Read what is passed on as well as what is called: ``preprocessing_function=f``."""
        written = dotted(node)
        last = written.rpartition(".")[2]
        if last.endswith("transform") or _PREPARES.search(last) is None:
            return
        things = self._names.meanings(node, block.scope)
        for thing in things:
            if isinstance(thing, Outside):
                parts = keras_parts(thing.name)
                if parts and last == "preprocess_input":
                    yield _preprocessing(parts, node)
                elif not _is_known(thing.name):
                    yield Kind.UNKNOWN, written, node
        is_open = all(isinstance(thing, Unknown) for thing in things)
        if "." in written and is_open and not self._is_method(node, block):
            yield Kind.UNKNOWN, written, node

    def _is_method(self, node: ast.expr, block: Block) -> bool:
        match node:
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                return block.owner is not None and block.owner.method(name) is not None
        return False

    def _called(self, call: ast.Call, scope: Scope) -> Iterator[Step]:
        for keyword in call.keywords:
            if keyword.arg == "rescale":
                number = self._arithmetic.number(keyword.value, scope)
                says = rescaled(number) if number else None
                if says is not None:
                    yield Kind.RESCALE, says, call
            elif keyword.arg == "featurewise_std_normalization":
                yield Kind.NORMALIZE_MEAN_STD, STANDARD, call
        if isinstance(call.func, ast.Name) and _PREPARES.search(call.func.id):
            things = self._names.meanings(call.func, scope)
            if things and all(isinstance(thing, Unknown) for thing in things):
                yield Kind.UNKNOWN, call.func.id, call  # a function that is given as an argument
        full = self._full_name(call.func, scope)
        last = full.rpartition(".")[2] or _attribute(call.func)
        step = (
            self._of_keras(full, last, call, scope)
            or self._of_pictures(full, last, call, scope)
            or self._of_fitted(full, last, call, scope)
        )
        if step is not None:
            yield step

    def _full_name(self, func: ast.expr, scope: Scope) -> str:
        """Return the dotted name of what is called; ``""`` for what is the project's own."""
        match self._names.meaning(func, scope):
            case Outside(name=name):
                return name
            case ClassRecord() | FunctionRecord() | Module():
                return "?"
        return ""

    def _of_keras(self, full: str, last: str, call: ast.Call, scope: Scope) -> Step | None:
        is_layer = keras_parts(full) is not None and last in _LAYERS
        if is_layer or full in _MADE_ELSEWHERE:
            return Kind.UNKNOWN, last if is_layer else full, call
        if last == "pad_sequences":
            return Kind.PAD, "pad_sequences", call
        if last == "to_categorical":
            return Kind.ONE_HOT, "to_categorical", call
        if full == "tensorflow.image.convert_image_dtype":
            return Kind.RESCALE, UNIT, call
        if full == "tensorflow.image.per_image_standardization":
            return Kind.NORMALIZE_MEAN_STD, last, call
        if full.startswith("tensorflow.image.resize") and len(call.args) > 1:
            return Kind.RESIZE, self._size(call.args[1], scope, swaps=True), call
        return None

    def _of_pictures(self, full: str, last: str, call: ast.Call, scope: Scope) -> Step | None:
        if full.startswith("cv2."):
            return self._of_opencv(last, call, scope)
        if full == "skimage.transform.resize":  # makes 0 to 1 of the integers of an image
            keeps = any(keyword.arg == "preserve_range" for keyword in call.keywords)
            return None if keeps else (Kind.RESCALE, UNIT, call)
        if full in {"skimage.img_as_float", "skimage.util.img_as_float"}:
            return Kind.RESCALE, UNIT, call
        match call:
            case ast.Call(
                func=ast.Attribute(attr="convert"), args=[ast.Constant("RGB" | "L" as to)]
            ):
                return Kind.COLOR, "to RGB" if to == "RGB" else "to gray", call
            case ast.Call(func=ast.Attribute(attr="resize"), args=[ast.Tuple() as size, *_]):
                return (Kind.RESIZE, self._size(size, scope), call) if full == "" else None
        return None

    def _of_opencv(self, last: str, call: ast.Call, scope: Scope) -> Step | None:
        if last in {"imread", "imdecode", "VideoCapture"}:
            return Kind.READ_BGR, f"cv2.{last}", call
        if last == "resize" and len(call.args) > 1:
            return Kind.RESIZE, self._size(call.args[1], scope), call
        if last == "cvtColor" and len(call.args) > 1:
            code = dotted(call.args[1]).rpartition(".")[2].removeprefix("COLOR_")
            if code in {"BGR2RGB", "RGB2BGR"}:
                return Kind.COLOR, "BGR to RGB", call
            return (Kind.COLOR, "to gray", call) if code.endswith("2GRAY") else None
        if last == "blobFromImage":
            given = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "scalefactor")]
            number = self._arithmetic.number(given[0], scope) if given else None
            says = rescaled(number) if number else None
            return (Kind.RESCALE, says, call) if says else None
        return (Kind.UNKNOWN, "cv2.normalize", call) if last == "normalize" else None

    def _of_fitted(self, full: str, last: str, call: ast.Call, scope: Scope) -> Step | None:
        if full.startswith("sklearn.") and last in _SKLEARN:
            return _SKLEARN[last], last, call
        if full in _LOADS:
            return Kind.LOADED, full, call
        owner = full.rpartition(".")[0].rpartition(".")[2]
        if last == "from_pretrained" and _TOKENIZERS.match(owner):
            return Kind.TOKENIZER, owner, call
        if full not in {"", "?"} and _TOKENIZERS.match(last):
            return Kind.TOKENIZER, last, call
        if last in {"texts_to_sequences", "texts_to_matrix", "tokenizer_from_json"}:
            return Kind.TOKENIZER, "Tokenizer", call
        if last == "transform" and not self._is_made_here(call.func, scope):
            return Kind.LOADED, dotted(call.func) or last, call
        return None

    def _is_made_here(self, func: ast.expr, scope: Scope) -> bool:
        """Whether the object whose method is called is made by a call that is understood."""
        if not isinstance(func, ast.Attribute):
            return True
        things = self._names.meanings(func.value, scope)
        return bool(things) and all(
            isinstance(thing, Value)
            and isinstance(thing.expr, ast.Call)
            and self._full_name(thing.expr.func, thing.scope).startswith("sklearn.")
            for thing in things
        )

    def _size(self, expr: ast.expr, scope: Scope, *, swaps: bool = False) -> str:
        """Return ``resize to WIDTH x HEIGHT``; without the size where it is no constant."""
        if isinstance(expr, ast.Name):
            things = self._names.meanings(expr, scope)
            if len(things) == 1 and isinstance(things[0], Value):
                expr, scope = things[0].expr, things[0].scope
        if isinstance(expr, ast.Tuple | ast.List) and len(expr.elts) == 2:
            sizes = [self._arithmetic.number(part, scope) for part in expr.elts]
            if swaps:
                sizes.reverse()
            if None not in sizes:
                return f"resize to {sizes[0]:g} x {sizes[1]:g}"
        return "resize"


def _preprocessing(parts: tuple[str, ...], node: ast.expr) -> Step:
    family = parts[-2] if len(parts) > 1 else ""
    if family in {"", "applications"}:
        family = "imagenet_utils"
    return Kind.PREPROCESS_INPUT, f"{family}.preprocess_input", node


def _is_known(name: str) -> bool:
    """Whether it is known what a function outside of the project does to values."""
    top, last = name.partition(".")[0], name.rpartition(".")[2]
    return top in sys.stdlib_module_names or (top in _KNOWN and last not in _ANYHOW)


def _attribute(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else dotted(func)


def _for_labels(block: Block) -> Iterator[ast.expr]:
    """Yield what is bound to names of labels: their scalers do nothing to what a model gets."""
    for node in block.nodes:
        match node:
            case ast.Assign(targets=[target], value=value):
                name = dotted(target).rpartition(".")[2].lower()
                if name and _LABELS.search(name):
                    yield value


def _is_reversed(node: ast.Subscript) -> bool:
    """Whether it is ``x[..., ::-1]`` or ``x[:, :, ::-1]``."""
    if not isinstance(node.slice, ast.Tuple) or len(node.slice.elts) < 2:
        return False
    match node.slice.elts:
        case [*_, ast.Slice(None, None, ast.UnaryOp(ast.USub(), ast.Constant(1)))]:
            first = node.slice.elts[0]
            is_all = isinstance(first, ast.Constant) and first.value is Ellipsis
            return is_all or len(node.slice.elts) >= 3
    return False

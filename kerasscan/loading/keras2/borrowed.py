"""Functions of TensorFlow and Keras that a Lambda layer holds as bytecode.

`Lambda(tf.keras.activations.relu)` stores the bytecode of that function as it does that of a
lambda. Most of these are wrappers around the real function, which they keep in a closure; JSON
turns it into its name (`get_json_type` in keras/saving/saved_model/json_utils.py), and calling a
string fails. Nothing here is unmarshalled: names are looked for in the bytes.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from kerasscan.loading.replay import Replay
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

_WRAPPERS: Final = (
    (b"error_handler", b"_process_traceback_frames"),
    (b"wrapper", b"OpDispatcher"),
)
"""tensorflow/python/util/traceback_utils.py from 2.7 on, and dispatch.py of 2.3 to 2.6."""

_GENERATED: Final = b"TFE_Py_FastPathExecute"
"""What the functions of `tensorflow.python.ops.gen_*_ops` call, with globals of their module."""


def judge(replay: Replay, value: Any, at: Address) -> None:
    """Judge a stored function: ``[code, defaults, closure]``."""
    if not isinstance(value, list) or len(value) < 3:
        return
    code = _bytes(value[0])
    closure = value[2]
    is_wrapper = any(all(name in code for name in names) for names in _WRAPPERS)
    if is_wrapper and isinstance(closure, list) and any(isinstance(each, str) for each in closure):
        replay.stop(
            ReasonKind.LAMBDA_BYTECODE,
            Stage.CONNECT,
            at,
            "'str' object is not callable",
            subject="Lambda",
            argument="function",
            remedy="put a layer or a lambda in the place of the function of TensorFlow",
        )
    elif _GENERATED in code and not _is_own(replay):
        replay.doubt(
            "a Lambda layer holds a function of TensorFlow's own as bytecode, which depends on the "
            "release"
        )


def _bytes(code: Any) -> bytes:
    if not isinstance(code, str):
        return b""
    try:
        return base64.b64decode(code.encode("ascii"), validate=False)
    except (binascii.Error, UnicodeEncodeError):
        return b""


def _is_own(replay: Replay) -> bool:
    """Whether the file is of the same minor version as the release."""
    claimed = (replay.saved.provenance.claimed_version or "").split(".")[:2]
    if len(claimed) < 2 or not all(part.isdigit() for part in claimed):
        return False
    major, minor = int(claimed[0]), int(claimed[1])
    return replay.contents.since(major, minor) and not replay.contents.since(major, minor + 1)

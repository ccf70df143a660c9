"""The explicit list of checks that come with kerasscan."""

from __future__ import annotations

from collections.abc import Mapping

from kerasscan.checks.changing import LOAD_CHANGE
from kerasscan.checks.check import Check
from kerasscan.checks.connections import (
    CYCLE,
    DANGLING_CONNECTION,
    DUPLICATE_LAYER_NAME,
    UNREACHABLE_LAYER,
)
from kerasscan.checks.custom import CUSTOM_FUNCTION, CUSTOM_OBJECT
from kerasscan.checks.defined import CUSTOM_CONSTRUCTOR, CUSTOM_DEFINITION
from kerasscan.checks.failures import LOAD_FAILURE
from kerasscan.checks.files import (
    CONTAINER,
    EXTENSION,
    PROBLEM,
    VERSION_CONTRADICTED,
    VERSION_MISSING,
)
from kerasscan.checks.hazards import HAZARD
from kerasscan.checks.heads import ACTIVE_AUGMENTATION, HEAD
from kerasscan.checks.images import CHANNEL_ORDER, IMAGE_RANGE, SCALED_TWICE
from kerasscan.checks.leaving import LEAVING_CLASS
from kerasscan.checks.matches import OBJECT_MATCHES
from kerasscan.checks.preprocessing import (
    EMBEDDING_SIZE,
    INPUT_MEANING,
    LOOKUP_STATE,
    NORMALIZATION_STATE,
    STRING_INPUT,
)
from kerasscan.checks.provided import MODULE_IMPORT, PROVIDER_ENDED
from kerasscan.checks.skew import TRAINING_SERVING_SKEW
from kerasscan.checks.yaml_tags import YAML_PYTHON_OBJECT

_ALL = (
    ACTIVE_AUGMENTATION,
    CHANNEL_ORDER,
    CONTAINER,
    CUSTOM_CONSTRUCTOR,
    CUSTOM_DEFINITION,
    CUSTOM_FUNCTION,
    CUSTOM_OBJECT,
    CYCLE,
    DANGLING_CONNECTION,
    DUPLICATE_LAYER_NAME,
    EMBEDDING_SIZE,
    EXTENSION,
    HAZARD,
    HEAD,
    IMAGE_RANGE,
    INPUT_MEANING,
    LEAVING_CLASS,
    LOAD_CHANGE,
    LOAD_FAILURE,
    LOOKUP_STATE,
    MODULE_IMPORT,
    NORMALIZATION_STATE,
    OBJECT_MATCHES,
    PROBLEM,
    PROVIDER_ENDED,
    SCALED_TWICE,
    STRING_INPUT,
    TRAINING_SERVING_SKEW,
    UNREACHABLE_LAYER,
    VERSION_CONTRADICTED,
    VERSION_MISSING,
    YAML_PYTHON_OBJECT,
)

BUILTIN_CHECKS: Mapping[str, Check] = {check.name: check for check in _ALL}

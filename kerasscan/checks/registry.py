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
from kerasscan.checks.lambdas import LAMBDA_BYTECODE
from kerasscan.checks.leaving import LEAVING_CLASS
from kerasscan.checks.matches import OBJECT_MATCHES
from kerasscan.checks.provided import MODULE_IMPORT, PROVIDER_ENDED
from kerasscan.checks.yaml_tags import YAML_PYTHON_OBJECT

_ALL = (
    CONTAINER,
    CUSTOM_CONSTRUCTOR,
    CUSTOM_DEFINITION,
    CUSTOM_FUNCTION,
    CUSTOM_OBJECT,
    CYCLE,
    DANGLING_CONNECTION,
    DUPLICATE_LAYER_NAME,
    EXTENSION,
    LAMBDA_BYTECODE,
    LEAVING_CLASS,
    LOAD_CHANGE,
    LOAD_FAILURE,
    MODULE_IMPORT,
    OBJECT_MATCHES,
    PROBLEM,
    PROVIDER_ENDED,
    UNREACHABLE_LAYER,
    VERSION_CONTRADICTED,
    VERSION_MISSING,
    YAML_PYTHON_OBJECT,
)

BUILTIN_CHECKS: Mapping[str, Check] = {check.name: check for check in _ALL}

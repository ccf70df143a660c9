"""The product lines that Keras came in, each with its own sequence of versions.

- `keras1`, `keras2`: the standalone package `keras` 1.0 to 1.2 and 2.0 to 2.3. Keras 0.x wrote
  no class names into files and is left out; `keras` 2.4 is an empty redirection to tf.keras.
- `tf.keras`: `tensorflow` until 2.5, and `keras` 2.6 to 2.15, which it was moved to.
- `tf-keras`: the package `tf-keras`, which continues `keras` 2.15.
- `keras3`: `keras` 3.
"""

from typing import Literal, TypeAlias

Line: TypeAlias = Literal["keras1", "keras2", "tf.keras", "tf-keras", "keras3"]

LINES: tuple[Line, ...] = ("keras1", "keras2", "tf.keras", "tf-keras", "keras3")


def product_line(distribution: str, version: str) -> Line:
    """The line that a release of a distribution (`keras`, `tensorflow`, ...) belongs to."""
    if distribution.startswith("tensorflow"):
        return "tf.keras"
    if distribution == "tf-keras":
        return "tf-keras"
    major, minor = (int(part) for part in version.split(".")[:2])
    if major == 2:
        return "tf.keras" if minor >= 6 else "keras2"
    return "keras1" if major == 1 else "keras3"

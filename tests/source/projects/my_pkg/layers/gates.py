"""A scale behind a gate; nothing here names the library that it is built on."""

# mypy: ignore-errors

from ..compat import export
from .scale import Scale as Multiply


@export(name="Gated")
class GatedScale(Multiply):
    """Multiplies where the gate is open."""

    def __init__(self, gate="hard", **kwargs):
        """Take the gate."""
        super().__init__(**kwargs)
        self.gate = gate

    def get_config(self):
        """Say what it was made with."""
        return {**super().get_config(), "gate": self.gate}

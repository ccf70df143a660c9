"""Names that the other modules share."""

# mypy: ignore-errors

PACKAGE = "my_pkg"
EXPERIMENTAL = PACKAGE + ".experimental"

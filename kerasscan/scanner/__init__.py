"""The stairs: paths to a `Report`.

May enter: finding model files, reading and judging each, in one process or several.
"""

from kerasscan.scanner.scanning import scan

__all__ = ["scan"]

"""The remedy of missing custom objects: one model file in, the text of a Python module out.

May enter: what writes Python for a need of a file. Names and values come out of untrusted files, so
that nothing of them reaches the text but as a checked identifier or as a literal.
"""

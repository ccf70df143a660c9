"""Zip archives, read without ``zipfile``: every physical member, and all that is odd about them.

CPython's ``zipfile`` decides what Keras sees; other programs see other members of the same bytes.
Here both are told apart: an `Archive` holds what the directory lists, in its order, and what it
does not list; a disagreement is an `Oddity`, never an exception. APPNOTE.TXT 6.3.10 is the
specification, CPython 3.11 to 3.14 the judge.
"""

"""Keras 3: `.keras` archives and directories, and legacy HDF5.

May enter: what `keras/src/saving` and `keras/src/legacy/saving` of Keras 3.0.0 to 3.15.1 do, one
named function for each of theirs.
"""

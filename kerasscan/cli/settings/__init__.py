"""What a project sets: ``kerasscan.toml``, ``[tool.kerasscan]``, ``kerasscan.ignore.toml``.

May enter: finding and reading those files, and what is in force once the command line has had its
say. The two JSON Schemas are the only lists of keys; nothing is imported for a project that sets
nothing. This module imports nothing.

- `find`: which file counts;  `document`: a TOML file with the lines of its keys, validated
- `settings_file`, `ignore_file`: the two files, typed;  `choices`: what is in force, and why
"""

"""Pages that are made from the code: rules, checks, commands and schemas.

mkdocs calls `hook.py`, which asks the other modules for Markdown. Nothing that they make is kept in
the repository.
"""

"""Which releases of Keras a project pins, read from the files that pin them.

May enter: finding those files and reading requirements out of them. Nothing is installed, run or
fetched, and a file that cannot be read is a note, not an error.

- `search`: the nearest file that says something;  `resolve`: from requirements to releases
- `requirements_txt`, `pyproject`, `locks`, `conda`, `docker`: one kind of file each
"""

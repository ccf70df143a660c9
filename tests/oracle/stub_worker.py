"""Run stubs inside the environment of one release, and say whether their models load.

``python stub_worker.py TASKS RESULTS``: TASKS is a JSON list of ``[stub, model]``, RESULTS gets a
JSON list of what happened. Runs alone. The stubs are ours; no model here stores code.
"""

from __future__ import annotations

import json
import runpy
import sys
import warnings
from pathlib import Path


def outcome(stub: str, model: str) -> str:
    """Return the class that was loaded, or the exception in one line."""
    try:
        found = runpy.run_path(stub, run_name="stub")["load"](model)
    except Exception as error:
        text = " ".join(str(error).split()).rsplit("Exception encountered:", 1)[-1].strip()
        return f"{type(error).__name__}: {text.replace(model, '<path>')[:160]}"
    return f"loaded {type(found).__name__}"


def main(arguments: list[str]) -> int:
    """Do every task, in order."""
    import keras  # type: ignore[import-not-found,unused-ignore]  # of the environment

    warnings.simplefilter("ignore")
    tasks_path, results_path = map(Path, arguments)
    found = []
    for stub, model in json.loads(tasks_path.read_text(encoding="utf-8")):
        keras.backend.clear_session()
        found.append(outcome(stub, model))
        keras.utils.get_custom_objects().clear()
    results_path.write_text(json.dumps(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

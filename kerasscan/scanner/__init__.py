"""The stairs: paths to a `Report`, or to a `Compatibility`.

May enter: finding model files, reading and judging each, in one process or several; which
releases a project is meant for. This module imports nothing, because not every command needs
every part of the room.

- `scanning`: the door of a scan;  `judge_file`, `workers`: one file, many processes
- `suppress`, `baseline`, `baseline_file`: findings that do not count;  `globs`: files by name
- `compat`: what releases do with files;  `target`, `pins`: which releases count
- `discover`, `digest`, `status`: files on the disk
"""

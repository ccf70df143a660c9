"""Pure questions about a `Case`; a check sees, a rule judges.

May enter: functions ``(case, options) -> Iterator[Observation]`` that read no file, print
nothing and know no rule ids or severities. The list in `kerasscan.checks.registry` is explicit.
"""

"""What reports show of a configuration, made while the configuration is still at hand.

May enter: parsed documents and the pointers of findings; `Excerpt` and `Part` come out. Nothing
in here formats a report.
"""

"""The nouns: frozen dataclasses that flow upward through the house.

May enter: what every other room talks about. Standard library only at import time
(networkx and packaging are imported by the two questions that need them). Nothing here
reads a file, judges or prints.
"""

"""Which objects of a file are not Keras' own, who provides them, and where they are defined.

What enters here is what a file names and what a project's source or a known package answers to it.
What a release finds by itself is told by `loading`; nothing of a project or a package is imported.
"""

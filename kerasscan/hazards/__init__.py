"""What in a file can harm whoever loads it, and what each release lets it do.

May enter: finders, which say what is there whatever loads it, and grades, which say what a release
does with it. Nothing here opens a file or runs anything.
"""

"""A home as one file, taken while it is in use, and a home made of such a file.

Imports `storage` and `schemas`.
"""

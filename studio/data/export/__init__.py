"""Cleaned examples as files for other programs, and the printable account of a dataset.

Imports `data.text`, `data.table` and `storage`.
"""

"""Checks of pairs of rows: duplicates, contradictions, leakage.

Imports `data.checks.check`, `data.checks.content`, `data.duplicates` and `data.text`.
"""

"""Checks of what a row or the whole table says: empty, placeholders, lengths, language, balance.

Imports `data.checks.check` and `data.text`.
"""

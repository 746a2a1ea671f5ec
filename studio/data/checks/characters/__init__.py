"""Checks of a single text's characters: encoding, markup, special tokens, marks that nobody sees.

Imports `data.checks.check` and `data.text`.
"""

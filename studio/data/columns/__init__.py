"""Which column holds what: the guess, its doubts, the mapping that a person confirmed, and the examples made by it.

Imports `data.formats` and `data.table`.
"""

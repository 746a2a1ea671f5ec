"""Near duplicates, overlap of two sets and retrieval of the nearest example.

Imports `data.text`; `exam_overlap` also the grouping of `data.checks.pairs`.
"""

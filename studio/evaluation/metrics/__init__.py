"""Scores of one answer against its reference, by kind of task.

Imports `data.text` and `evaluation.statistics.intervals`.
"""

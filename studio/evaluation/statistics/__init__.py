"""Intervals, paired tests and corrections, with the source of each method.

Imports nothing of `evaluation` but its metrics.
"""

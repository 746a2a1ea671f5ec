"""Frozen records of everything that is written down or handed on: datasets, recipes, runs, reports, votes.

Imports nothing of the studio but `errors`.
"""

"""The event log of decisions, its replay, and the incremental update of findings after one.

Imports `data.checks` and below.
"""

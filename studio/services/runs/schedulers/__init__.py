"""Clusters that carry out runs: jobs are handed in, watched, called off, and found again when an answer was lost.

Imports `storage`, `schemas` and its neighbours in `services/runs`.
"""

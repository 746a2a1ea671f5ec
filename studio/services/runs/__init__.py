"""Runs: planned, queued, carried out, followed, listed and written out as scripts.

Imports `storage`, `evaluation` and other services.
"""

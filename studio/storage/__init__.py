"""Files, folders and the database of a home: whole writes, locks, checkpoints, and not what they mean.

Imports `schemas`, `settings` and `errors`.
"""

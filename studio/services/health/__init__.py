"""Whether this computer and this home are fit for the studio, and how they do.

Imports `storage`, `schemas` and `settings`.
"""

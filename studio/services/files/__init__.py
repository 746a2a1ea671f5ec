"""Files without a project, as `studio check` and `studio clean` treat them.

Imports `data`, `storage` and `services.datasets`.
"""

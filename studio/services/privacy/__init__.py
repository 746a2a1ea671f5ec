"""What a project says about private details, and what it has forgotten for good.

Imports `data.privacy`, `storage` and `services.datasets`.
"""

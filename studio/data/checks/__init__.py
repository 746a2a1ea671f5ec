"""Checks of examples: each is one object with its detector, its fixes and their choices, listed in `registry`.

Imports `data.text`, `data.privacy`, `data.duplicates` and `data.formats`.
"""

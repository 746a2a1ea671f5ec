"""Checks for private details and secrets, and their masks. Imports `data.checks.check` and `data.privacy`."""

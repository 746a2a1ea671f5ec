"""CELLAR: where things lie. Knows folders, bytes and locks, and not what they mean."""

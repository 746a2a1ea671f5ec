"""Conversations with several contestants, and the store of answers given once.

Imports `storage`, `data.duplicates` and other services.
"""

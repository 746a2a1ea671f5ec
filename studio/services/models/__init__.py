"""Base models: the catalogue, whether one fits, and recipes that suit it.

Imports `storage` and the engine's protocol.
"""

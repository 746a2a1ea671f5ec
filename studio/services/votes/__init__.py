"""Blind votes and a judge model's second opinion on them. Imports `evaluation`, `storage` and other services."""

"""Datasets: imported, examined, decided on, compared and versioned.

Imports `data`, `evaluation`, `storage` and other services.
"""

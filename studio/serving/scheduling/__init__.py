"""Whose turn it is: requests that are written together, those of label models one after another, and the runs beside.

Knows no HTTP; what is refused is an `ApiError`.
"""

"""Shapes in which other programs write conversations and annotations, and how they become messages.

Imports `data.text`, `data.table` and `data.columns.headings`.
"""

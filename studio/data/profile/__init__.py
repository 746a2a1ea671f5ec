"""Measured quantities of a dataset: topics, groups of people, style. Imports `data.text` and `data.checks.content`."""

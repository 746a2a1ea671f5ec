"""The Examples tab: upload, columns, findings, table, versions.

Imports `services.datasets` and the page's own parts.
"""

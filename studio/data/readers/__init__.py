"""Readers, one for each kind of file, each giving a `data.table.Table`.

They run in a child process and import `data.formats`, `data.columns.headings` and `data.table`.
"""

"""Cells of XLSX and ODS sheets as a person sees them: number formats, dates, hidden rows.

Imports `data.table` alone.
"""

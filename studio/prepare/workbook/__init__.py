"""Spreadsheets as their owner sees them: number formats, hidden rows and columns, text of LibreOffice."""

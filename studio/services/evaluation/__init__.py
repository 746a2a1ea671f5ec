"""Exams: asked, scored, probed and written into a report. Imports `evaluation`, `storage` and other services."""

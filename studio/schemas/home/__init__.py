"""Records about a home as a whole: its backups and its disk.

Imports the other schemas alone.
"""

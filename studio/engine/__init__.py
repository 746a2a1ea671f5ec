"""FURNACE: the only floor with torch and its family, imported late."""

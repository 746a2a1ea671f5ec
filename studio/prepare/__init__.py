"""KITCHEN: a file becomes clean examples. Pure functions over rows and texts; no torch, no page, no network."""

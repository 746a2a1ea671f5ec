"""SCALES: metrics over answers. Pure functions; no model, no file, no page."""

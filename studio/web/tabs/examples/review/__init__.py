"""Screens that decide one group of rows at a time. Imports `services.datasets` and the page's own parts."""

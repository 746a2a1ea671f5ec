"""Tailor Studio: a spreadsheet becomes a language model that its owner can trust."""

__version__ = "0.2.0"

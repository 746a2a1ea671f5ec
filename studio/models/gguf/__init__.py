"""Compressed models in one file (GGUF): what they say of themselves, and unpacking them in a child process.

Imports the rest of `models` and below; torch and gguf are imported late.
"""

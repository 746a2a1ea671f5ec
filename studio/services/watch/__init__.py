"""Watching served use, where a project says so: what is kept, what has changed, and what to do about it. Imports
`evaluation`, `storage` and other services.
"""

"""Noting every attempt of a process, and of all its children, to reach another computer.

This folder stands first on their path, so that Python runs `sitecustomize` before anything else.
"""

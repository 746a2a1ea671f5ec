"""Detectors of private details and secrets, their masks and a project's rules for them.

Imports `schemas` alone and stores nothing.
"""

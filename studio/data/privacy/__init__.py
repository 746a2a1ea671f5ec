"""Detectors of private details and secrets, their masks and a project's rules for them.

Imports `schemas` and `data.text.mail_blocks` alone and stores nothing.
"""

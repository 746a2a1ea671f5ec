"""Texts as they are compared: normalized words, hashed tokens, equality of answers, blocks of a mail.

Imports `schemas` and the standard library's neighbours alone.
"""

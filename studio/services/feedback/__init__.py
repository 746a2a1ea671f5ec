"""Feedback on answers: given, read in an inbox, and made into what a next version learns from. Imports `storage`,
`data` and other services.
"""

"""What a home takes on the disk: whose it is, how much each may take, and what goes by itself after a while.

Imports `storage` and `schemas`.
"""

"""A file becomes clean examples: read, mapped to columns, checked, split, with every row accounted for.

Imports `storage` and below, and no torch.
"""

"""Label models: an encoder with a classification head learns the labels of the examples.

Imports the rest of `training` and below; torch is imported late.
"""

"""The verbs of the studio, which page and command line both call.

Imports everything below, of `training` and `inference` nothing that loads torch.
"""

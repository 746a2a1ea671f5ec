"""How good answers are: metrics, statistics, regression checks, verdict and diagnosis.

Imports `data` and below, and no torch.
"""

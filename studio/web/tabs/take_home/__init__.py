"""The Take home tab: what of a version leaves the studio, with its proof.

It shows what `services/exports` made, and computes nothing.
"""

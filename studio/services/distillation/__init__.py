"""Distillation: a teacher answers questions that have no answers, and people look at a sample of them.

Only then do the answers join the examples. Training is the usual one; nothing here imports it.
"""

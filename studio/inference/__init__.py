"""One loaded model with many adapters: batched decoding, sampling, scoring.

Imports `models` and below; torch is imported late.
"""

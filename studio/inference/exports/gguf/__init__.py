"""Versions as GGUF, by a converter that is no part of the studio and runs in a process of its own.

`run_converter.py` and `open_gguf.py` are run by themselves, and know nothing of the studio.
"""

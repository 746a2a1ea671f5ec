"""Training runs with TRL and PEFT, from a prepared run folder to a promoted adapter.

Imports `inference`, `models` and below; torch is imported late.
"""

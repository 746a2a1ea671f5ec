"""Model folders: inspection, chat templates, devices, download.

Imports torch and transformers late, and of the studio only `data` and below.
"""

"""The Next version part of the Examples tab: what people said about answers, and what is made of it.

A screen of its own.
"""

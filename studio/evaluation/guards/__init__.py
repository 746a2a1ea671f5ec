"""What teaching cost: one file for each check of the report, before and after; `registry.py` is the list of them.

It asks nothing itself: `GuardInputs` gives what a check may ask for. It imports the statistics, never what runs a
model.
"""

"""What people preferred, taught to a version: which judgements there are, what a run of them is, and what came of it.

Judgements come from a table, or from what was voted, corrected and thumbed in the project.
"""

"""Writing a version for other programs, and proving that the files answer as the studio does.

`open_and_answer.py` is run by itself in a fresh process, and knows nothing of the studio.
"""

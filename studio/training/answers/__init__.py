"""What the model that is being taught answers: to live questions at every saved point, and to the practice check's
questions where its mistakes alone do not tell which saved point is the better one.

Imports the rest of `training`, `inference`, `evaluation` and below; torch is imported late.
"""

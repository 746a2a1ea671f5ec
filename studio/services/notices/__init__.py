"""Word of a run that ended, by e-mail or to an address: off until an administrator allows it and a person asks for it.

It leaves the box, and so it holds the run's number, how it ended and the studio's address: nothing of what is taught.
"""

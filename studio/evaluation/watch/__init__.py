"""Whether use has changed since a version was released, looked at as often as anybody likes.

Every test here is a bet against "nothing has changed": its wealth reaches 1/alpha with probability alpha at most, over
all time (Ville 1939), so that no look costs anything.
"""

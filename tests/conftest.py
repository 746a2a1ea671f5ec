"""For all tests. Two files run at a time, so each process calculates with one thread: more would only wait."""

import os

from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")
settings.register_profile("studio", deadline=None)  # a busy computer is no failure; what hangs ends by pytest's timeout
settings.load_profile("studio")

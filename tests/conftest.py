"""For all tests. Two files run at a time, so each process calculates with one thread: more would only wait."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

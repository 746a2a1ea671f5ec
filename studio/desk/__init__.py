"""FRONT DESK: the verbs of the studio. Both doors, the page and the command line, ask here and nowhere else."""

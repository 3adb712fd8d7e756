"""The ordered list of steps of a run, and nothing else."""

"""The machine, its processes and its files."""

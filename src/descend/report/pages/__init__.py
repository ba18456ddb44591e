"""The report as one page, and its sentences."""

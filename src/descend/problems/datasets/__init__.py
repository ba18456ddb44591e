"""Data sets by name: drawn, measured, or downloaded once."""

"""What the health of a race's networks tells."""

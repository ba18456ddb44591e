"""What makes a race: its spec, and how each part of it is read."""

"""How pictures look: axes, colours, scales and labels."""

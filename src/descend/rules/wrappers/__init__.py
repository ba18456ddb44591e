"""What may be put around a rule; wrappers nest."""

"""What can be worked out about rules and problems without a race."""

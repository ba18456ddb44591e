"""What people type: problems, rules, numbers and settings."""

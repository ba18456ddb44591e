"""What a race leaves: tables and records for the store."""

"""Numbers and arrays: what every array library shares."""

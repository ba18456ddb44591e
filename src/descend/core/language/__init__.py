"""Words: messages, names, text and tables for people."""

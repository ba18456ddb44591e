"""Functions of one or two numbers, drawn as landscapes."""

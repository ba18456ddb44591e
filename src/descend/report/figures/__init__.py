"""The pictures of a race: what each shows, and its drawing."""

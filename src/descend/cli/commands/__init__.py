"""The subcommands of `descend`, one a file."""

"""The version of descend: what `descend --version` says and what a race's folder was made with."""

__version__ = "0.1.0"

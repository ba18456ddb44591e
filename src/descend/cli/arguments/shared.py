"""Options that several commands have: one spelling, one meaning."""

import argparse
from pathlib import Path

WORDS = ("-o", "--output", "--out")  # three ways to write one option


def add_set(sub: argparse.ArgumentParser, what: str) -> None:
    """-s, --set; `what` it sets."""
    sub.add_argument("-s", "--set", action="append", default=[], metavar="NAME=VALUE", help=what)


def add_output(sub: argparse.ArgumentParser, metavar: str, what: str) -> None:
    """-o, --output, --out, as `out`; `what` it names."""
    sub.add_argument(*WORDS, type=Path, metavar=metavar, dest="out", help=what)


def add_picture(sub: argparse.ArgumentParser) -> None:
    """-o of a command that draws."""
    add_output(sub, "FILE", "file for the picture: .png, .svg or .pdf (default NAME.png, or NAME-2.png if that exists)")

"""descend lab: a page on which sliders move the paths of rules."""

import argparse
from typing import Any

EXAMPLES = {"lab": "examples:\n  descend lab\n  descend lab --port 9000 --no-browser"}

PATIENCE = 2.0  # seconds after Ctrl-C in which pages may hear that the lab has ended


def add_arguments(sub: argparse.ArgumentParser) -> None:
    """The words of `descend lab`."""
    sub.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="address to listen on (default 127.0.0.1: this machine only)"
    )
    sub.add_argument("-p", "--port", type=_port, metavar="NUMBER", help="port (default: the first free one from 8700)")
    sub.add_argument("-n", "--no-browser", action="store_true", help="print the address without opening a browser")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port, must be a whole number from 0 to 65535")
    return int(text)


def act(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from descend.lab.hosting import serve

    def say(text: Any) -> None:
        print(text, flush=True)

    watch = options.watch
    watch.message = "the lab has ended"
    with watch.gently(PATIENCE, code=0):  # what is being compiled for a page does not keep it
        serve(options.host, options.port, stop=watch.stop, show=not options.no_browser, say=say)
    return 0

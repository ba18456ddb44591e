"""Where the command `descend` begins: the one module that is loaded before Ctrl-C is handled, so it loads next to nothing."""

import signal
import sys


def quiet() -> None:
    """Until signals are handled, Ctrl-C ends the process without a word, and so without a traceback from an import."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def main() -> int:
    """Run the command line of this process; returns its exit code."""
    quiet()
    from .main import main

    return main()


if __name__ == "__main__":
    sys.exit(main())

"""python -m descend: the command line."""

import sys

from descend.cli.start import main

if __name__ == "__main__":
    sys.exit(main())

"""Makes the models beside the tests, and the small files of large data sets, importable, whatever pytest's import mode."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "problems")]

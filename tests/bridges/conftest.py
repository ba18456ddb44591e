"""Makes the other frameworks' rules and the cases of the contract suites importable here too."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), *(str(Path(__file__).parents[1] / name) for name in ("rules", "contracts"))]

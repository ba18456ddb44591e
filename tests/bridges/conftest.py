"""Makes the cases shared by these tests, the contract suites and other frameworks' rules importable in any import mode."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "contracts"), str(HERE.parent / "rules")]

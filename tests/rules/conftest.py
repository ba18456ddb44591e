"""Makes the other frameworks' rules and the references of tests/rules importable, whatever pytest's import mode."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

"""Makes the cases that the contract suites share importable, whatever pytest's import mode."""

import sys
from pathlib import Path

import jaxtyping
import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "problems")]


@pytest.fixture
def untyped():
    """Annotations go unchecked, as where a person runs it: what is left is what the code itself refuses."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)

"""Makes the cases shared by these tests, the contract suites and other frameworks' rules importable in any import mode."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "contracts"), str(HERE.parent / "rules")]


@pytest.fixture(autouse=True)
def one_thread():
    """For PyTorch: these tensors are small, and threads that wait for each other take longer than the work."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)

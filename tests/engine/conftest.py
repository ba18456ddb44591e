"""The engine's promises are checked on the programs that races run, not on those that conftest.py has compiled quickly."""

from typing import Any

import pytest

from descend.engine import runtime


@pytest.fixture(autouse=True, scope="module")
def compiled_as_in_use():
    options = runtime.compiler_options
    usual = {"xla_cpu_use_fusion_emitters": True, "xla_cpu_parallel_codegen_split_count": 32}

    def all_options(device: Any) -> dict[str, Any]:
        return (options(device) or {}) | (usual if device.platform == "cpu" else {})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runtime, "compiler_options", all_options)
        yield

"""Several devices share the lanes; a cold start finds the compilation cache."""

import json
import os
import subprocess
import sys

import numpy as np

PROGRAM = """
import json, jax, numpy as np
from descend.engine import Entry, Job, Run
from descend.problems import find
from descend.rules import SGD
job = Job(find("iris"), [Entry("sgd", (SGD(0.1), SGD(0.2)))], range(4), 20, 32)
run = Run(job)
records = run.run()
print(json.dumps([len(set(map(str, run.devices))), len(run.groups), records.metrics["loss"][:, :, -1].tolist()]))
"""


def ran(folder, **variables):
    kept = {name: value for name, value in os.environ.items() if name not in ("JAX_COMPILATION_CACHE_DIR", "XLA_FLAGS")}
    kept |= {"XDG_CACHE_HOME": str(folder), "JAX_PLATFORMS": "cpu"} | variables
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=kept)
    return json.loads(done.stdout)


def test_two_devices_give_what_one_gives_and_the_cache_is_kept(tmp_path):
    several = ran(tmp_path, XLA_FLAGS="--xla_force_host_platform_device_count=2")
    one = ran(tmp_path)
    assert several[:2] == [2, 2]
    assert one[0] == 1
    np.testing.assert_allclose(several[2], one[2], rtol=1e-4)
    assert list((tmp_path / "descend" / "xla").iterdir())

"""A JupyterLab that runs while a test does: on a free port of this machine, with folders of its own, asking nothing of any host."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

TOKEN = "for-the-test"
NO_NEWS = "@jupyterlab/apputils-extension/notification.jupyterlab-settings"


@contextlib.contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """The server's address. What it logs is printed at the end, which pytest shows where a test has failed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON"))}
    env |= {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    env |= {f"JUPYTERLAB_{name}_DIR": str(folder / name.lower()) for name in ("SETTINGS", "WORKSPACES")}
    env |= {"IPYTHONDIR": str(folder / "ipython"), "JUPYTER_NO_CONFIG": "1"}
    (folder / "settings" / NO_NEWS).parent.mkdir(parents=True)
    (folder / "settings" / NO_NEWS).write_text('{"fetchNews": "false", "checkForUpdates": false}')
    options = [
        *("--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", f"--IdentityProvider.token={TOKEN}"),
        *(f"--ServerApp.root_dir={folder}", "--LabApp.extension_manager=readonly", "--LabApp.news_url=None"),
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    ]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=env, stdout=log, stderr=subprocess.STDOUT, cwd=folder
        )
    try:
        yield _address(server, folder / "runtime")
    finally:
        server.terminate()  # it ends its kernels
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
        print((folder / "log").read_text())


def _address(server: subprocess.Popen, folder: Path) -> str:
    for _ in range(1200):
        assert server.poll() is None, "JupyterLab has ended"
        for file in folder.glob("jpserver-*.json"):
            with contextlib.suppress(ValueError):  # it is being written
                return json.loads(file.read_text())["url"]
        time.sleep(0.1)
    raise AssertionError("JupyterLab does not start")


def write(file: Path, cells: list[str]) -> None:
    """A notebook that has not been run."""
    made = [
        {"cell_type": "code", "id": f"cell{place}", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
        for place, text in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    file.write_text(json.dumps({"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}))

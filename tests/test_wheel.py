"""The wheel, built from the sources and used on its own, by every Python from 3.11 on that is there.

With WHEELS=full (make wheels) it is installed with all that it needs, which takes a package index and some minutes.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "src" / "descend" / "lab" / "static" / "lab.js"
FULL = os.environ.get("WHEELS") == "full"
WORDS = [["--version"], ["--help"], ["race", "--help"], ["lab", "--help"]]  # what needs no package but rich
PLAIN = ("rich", "pygments", "markdown_it", "mdurl")  # rich and what it needs: Python alone, so fit for every version


def run(*words, cwd, **environment):
    """The output of a program that sees nothing of this checkout."""
    around = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")} | environment
    ran = subprocess.run([str(word) for word in words], cwd=cwd, env=around, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def pythons():
    """An interpreter of each version that is there: on the path, or where pyenv keeps them."""
    there = {}
    for minor in range(11, 20):
        for program in (shutil.which(f"python3.{minor}"), *managed(minor)):
            asked = program and subprocess.run(
                [program, "-c", "import sys, venv; print(sys.executable)"], capture_output=True, text=True
            )
            if asked and not asked.returncode:
                there[f"3.{minor}"] = asked.stdout.strip()
    return there | {f"3.{sys.version_info.minor}": sys.executable}


def managed(minor):
    if not shutil.which("pyenv"):
        return []
    root = Path(subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False).stdout.strip())
    return map(str, sorted(root.glob(f"versions/3.{minor}.*/bin/python3.{minor}")))


VERSIONS = pythons()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built with the page as it is there: making that is a matter of Node.js."""
    if not PAGE.is_file():
        pytest.skip("the lab's page is not built: make web")
    sources, out = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheels")
    for name in ("pyproject.toml", "README.md", "LICENSE", "hatch_build.py"):
        shutil.copy(ROOT / name, sources)
    shutil.copytree(ROOT / "src", sources / "src", ignore=shutil.ignore_patterns("__pycache__"))
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out, cwd=sources, HATCH_BUILD_NO_HOOKS="true")
    (built,) = out.iterdir()
    return built


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as content:
        names = set(content.namelist())
    own = {f"descend/{path.relative_to(ROOT / 'src' / 'descend').as_posix()}" for path in (ROOT / "src" / "descend").rglob("*")}
    packed = {name for name in names if ".dist-info/" not in name}
    assert packed == {name for name in own if name in packed or name.endswith((".py", ".html", ".js", ".css", ".typed"))}
    assert {"descend/report/pages/template.html", "descend/lab/static/lab.js", "descend/__main__.py", "descend/py.typed"} <= packed
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.fixture
def environment(tmp_path):
    """Makes a virtual environment with nothing in it but the unpacked wheel; returns its Python and its folder of packages."""

    def make(program, wheel):
        home = tmp_path / "environment"
        run(program, "-m", "venv", "--without-pip", home, cwd=tmp_path)
        python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip())
        with zipfile.ZipFile(wheel) as content:
            content.extractall(packages)
        return python, packages

    return make


@pytest.mark.parametrize("version", list(VERSIONS))
def test_every_python_compiles_it_and_shows_its_help(version, wheel, environment, tmp_path):
    python, packages = environment(VERSIONS[version], wheel)
    for name in PLAIN:
        shutil.copytree(Path(sysconfig.get_path("purelib")) / name, packages / name)
    run(python, "-W", "error", "-m", "compileall", "-q", packages / "descend", cwd=tmp_path)
    assert str(packages) in run(python, "-c", "import descend; print(descend.__file__)", cwd=tmp_path)
    for words in WORDS:
        assert "descend" in run(python, "-W", "error", "-m", "descend", *words, cwd=tmp_path)


def test_it_races_from_its_wheel_with_the_packages_of_this_environment(wheel, environment, tmp_path):
    python, packages = environment(sys.executable, wheel)
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"))
    race = ["race", "bowl", "--rules", "sgd", "--lr", "0.1", "--steps", "5", "--out", "out"]
    assert "Saved in out" in run(python, "-m", "descend", *race, cwd=tmp_path)
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000
    where = "import descend.lab.page as page; print(page.__file__); page.asset('lab.js')"
    assert str(packages) in run(python, "-c", where, cwd=tmp_path)


@pytest.mark.skipif(not FULL, reason="takes a package index and minutes: make wheels")
@pytest.mark.parametrize("version", list(VERSIONS))
def test_every_python_installs_and_races(version, wheel, tmp_path):
    run(VERSIONS[version], "-m", "venv", "environment", cwd=tmp_path)
    python = tmp_path / "environment" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", f"{wheel}[lab]", cwd=tmp_path)
    race = ["race", "iris", "--rules", "sgd,adam", "--lr", "0.01:0.1:2", "--seeds", "1", "--steps", "20", "--out", "out"]
    command = tmp_path / "environment" / "bin" / "descend"
    assert "Saved in out" in run(command, *race, cwd=tmp_path)
    assert "import" in run(command, "export", "out", "--to", "optax", cwd=tmp_path)
    assert "adam" in run(command, "rules", cwd=tmp_path)

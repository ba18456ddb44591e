"""The examples in docstrings give what they say."""

import doctest
import pkgutil
from importlib import import_module

import descend

MODULES = [name for _, name, _ in pkgutil.walk_packages(descend.__path__, "descend.") if "__main__" not in name]


def examples(name):
    """A module's docstrings with examples; nothing where a framework that it needs is not installed."""
    try:
        module = import_module(name)
    except ImportError:
        return []
    return [found for found in doctest.DocTestFinder(exclude_empty=True).find(module) if found.examples]


def test_examples_in_docstrings_are_right():
    runner = doctest.DocTestRunner()
    for name in MODULES:
        for each in examples(name):
            runner.run(each)
    assert runner.summarize(verbose=False).failed == 0
    assert runner.tries > 20

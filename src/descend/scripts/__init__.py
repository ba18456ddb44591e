"""Short complete programs that train with a rule in one framework: text, from templates."""

from descend.core.errors import UnknownName
from descend.core.scripting import Code, import_lines

FRAMEWORKS = ("keras", "numpy", "optax", "torch")

__all__ = ["FRAMEWORKS", "script"]


def script(code: Code, to: str) -> str:
    """A program for "keras", "numpy", "optax" or "torch" that trains a small model with the rule, and ends with a newline.

    Raises UnknownName for another framework.
    """
    if to not in FRAMEWORKS:
        raise UnknownName("framework", to, FRAMEWORKS)
    from jinja2 import Environment, PackageLoader, StrictUndefined  # here, so that the command line's help appears at once

    pages = Environment(loader=PackageLoader("descend.scripts"), undefined=StrictUndefined, keep_trailing_newline=True)
    pages.trim_blocks = pages.lstrip_blocks = True
    imports = import_lines(code.imports)
    return pages.get_template(f"{to}.py.jinja").render(rule=code.expression, imports=imports, switches=code.switches)

"""Short complete programs that train with a rule in one framework: text, from templates."""

from descend.core.errors import BadValue, UnknownName
from descend.core.scripting import Code, import_lines

FRAMEWORKS = ("keras", "numpy", "optax", "torch")
STEPS, BATCH, ROWS = 200, 32, 256
EPOCHS = 25  # as many at most, at whose ends Keras tells the loss
TOLD = 4  # times that the other programs tell it

__all__ = ["BATCH", "FRAMEWORKS", "STEPS", "script"]


def script(code: Code, to: str, steps: int = STEPS, batch: int | str = BATCH) -> str:
    """A program for "keras", "numpy", "optax" or "torch" that trains a small model with the rule, and ends with a newline.

    It makes `steps` updates, each from `batch` rows of its data, or from all with "full". Raises UnknownName for another
    framework, BadValue for a rule that the framework cannot carry.
    """
    if to not in FRAMEWORKS:
        raise UnknownName("framework", to, FRAMEWORKS)
    if to in code.refused:
        raise BadValue(code.refused[to])
    from jinja2 import Environment, PackageLoader, StrictUndefined  # here, so that the command line's help appears at once

    pages = Environment(loader=PackageLoader("descend.scripts"), undefined=StrictUndefined, keep_trailing_newline=True)
    pages.trim_blocks = pages.lstrip_blocks = True
    imports = import_lines(code.imports)
    size = ROWS if batch == "full" else int(batch)
    training = {
        "steps": steps,
        "batch": size,
        "rows": -(-ROWS // size) * size,  # in whole batches, as PyTorch takes them
        "epochs": max(n for n in range(1, EPOCHS + 1) if steps % n == 0),
        "every": max(1, steps // TOLD),
    }
    rule = {"rule": code.expression, "imports": imports, "switches": code.switches, "asks": code.needs_oracle}
    return pages.get_template(f"{to}.py.jinja").render(**rule, **training)

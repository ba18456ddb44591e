"""An explanation as sentences and tables for a terminal."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from .explanation import Explanation, Layer, Memory

WIDE = 10_000  # columns where nothing limits them
# Columns to go without, the first one first.
LAYERS_SPARE = ("activations", "memory", "what it is", "output")
RULES_SPARE = ("bytes per parameter", "slots")


def text(explanation: Explanation) -> str:
    """All of it as text, as wide as it comes."""
    stream = StringIO()
    show(explanation, Console(file=stream, width=WIDE, markup=False, emoji=False, highlight=False))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def show(explanation: Explanation, on: Console) -> None:
    """Print it on a rich console, with as many columns as that is wide."""
    on.print(Text(_title(explanation), "bold"))
    if explanation.rows:
        on.print(_fit_table(partial(_layers, explanation), LAYERS_SPARE, on))
    on.print(f"{_forward(explanation)}\n{_update(explanation)}")
    for note in explanation.notes:
        on.print(f"Note: {note}.")
    on.print(_lane(explanation))
    on.print(_fit_table(partial(_rules, explanation), RULES_SPARE, on))
    on.print(_plan(explanation))


def quantity(number: int, what: str) -> str:
    """A number of things.

    >>> counted(1, "layer"), counted(2410, "parameter")
    ('1 layer', '2,410 parameters')
    """
    return f"{number:,} {what}{'s' * (number != 1)}"


def size(count: int | float) -> str:
    """Bytes, with three significant digits and a unit of 1000.

    >>> size(104), size(9640), size(123_456_789)
    ('104 B', '9.64 kB', '123 MB')
    """
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if count < 999.5 or unit == "TB":
            break
        count /= 1000
    return f"{count:.3g} {unit}"


def _title(e: Explanation) -> str:
    if not e.rows:
        return f"{e.problem}: no layers: a function of {quantity(e.parameters, 'number')}"
    return f"{e.problem}: {quantity(e.layers, 'layer')}, {quantity(e.parameters, 'parameter')}, {_macs(e.macs)} (MACs) {_once(e)}"


def _once(e: Explanation) -> str:
    return "an evaluation" if e.batch is None else "a row"


def _macs(number: int) -> str:
    return quantity(number, "multiply-accumulate")


def _work(macs: int, operations: int) -> str:
    products = f"{_macs(macs)} and " if macs else ""
    return f"{products}{quantity(operations, 'elementwise operation')}"


def _forward(e: Explanation) -> str:
    fixed = f" And {_macs(e.fixed_macs)} however many rows there are." if e.fixed_macs else ""
    what = "An evaluation" if e.batch is None else "One row forward, the loss included"
    return f"{what}: {_work(e.macs, e.operations)}.{fixed}"


def _update(e: Explanation) -> str:
    rows = "" if e.batch is None else f" of {quantity(e.batch, 'row')}"
    return f"An update{rows}, forward and backward: {_work(e.update_macs, e.update_operations)}."


def _lane(e: Explanation) -> str:
    return f"\nA lane holds its parameters, their gradient and their change, {size(e.parameter_bytes)} each, and its rule's slots:"


def _plan(e: Explanation) -> str:
    if e.width is None:
        return "A lane of this problem does not fit this machine's memory: take a smaller network or a smaller batch."
    return f"A race of these runs up to {quantity(e.width, 'lane')} in one program, {quantity(e.programs, 'program')} at a time."


def _fit_table(make: Callable[[Sequence[str]], Table], spare: Sequence[str], on: Console) -> Table:
    """The table that `make` gives without as few of the spare columns as the console's width allows."""
    endless = on.options.update(width=WIDE)
    tables = [make(spare[:hidden]) for hidden in range(len(spare) + 1)]
    return next((t for t in tables if Measurement.get(on, endless, t).maximum <= on.width), tables[-1])


def _layers(e: Explanation, hidden: Sequence[str]) -> Table:
    whole = Layer("in all", "", " ", None, e.parameters, e.macs, e.parameter_bytes, e.activation_bytes)
    columns: dict[str, Callable[[Layer], str]] = {
        "layer": lambda row: row.name,
        "what it is": lambda row: row.what or "elementwise",
        "output": lambda row: "" if row is whole else _shape(row.output),
        "parameters": lambda row: f"{row.parameters:,}",
        "MACs": lambda row: f"{row.macs:,}",
        "memory": lambda row: size(row.parameter_bytes),
        "activations": lambda row: size(row.activation_bytes),
    }
    shown = {name: cell for name, cell in columns.items() if name not in hidden}
    table = _table(shown, left=("layer", "what it is", "output"))
    for row in e.rows:
        table.add_row(*(cell(row) for cell in shown.values()), end_section=row is e.rows[-1])
    table.add_row(*(cell(whole) for cell in shown.values()), style="bold")
    return table


def _shape(shape: tuple[int, ...] | None) -> str:
    return "-" if shape is None else " x ".join(map(str, shape)) or "1"


def _rules(e: Explanation, hidden: Sequence[str]) -> Table:
    columns: dict[str, Callable[[Memory], str]] = {
        "rule": lambda rule: rule.rule,
        "slots": lambda rule: size(rule.slots),
        "bytes per parameter": lambda rule: f"{rule.per_parameter:.4g}",
        "a lane": lambda rule: size(rule.lane),
    }
    if e.lanes is not None:
        columns[quantity(e.lanes, "lane")] = lambda rule: size((e.lanes or 0) * rule.lane)
    shown = {name: cell for name, cell in columns.items() if name not in hidden}
    table = _table(shown, left=("rule",))
    for rule in e.rules:
        table.add_row(*(cell(rule) for cell in shown.values()))
    return table


def _table(headings: Iterable[str], left: Sequence[str]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for heading in headings:
        table.add_column(heading, justify="left" if heading in left else "right", overflow="fold")
    return table

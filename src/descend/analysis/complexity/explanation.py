"""What a problem costs, as plain values, and as sentences and tables for a terminal."""

import dataclasses
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from io import StringIO
from typing import Any

from descend.core.system.extras import library

# Columns to go without, the first one first.
LAYERS_SPARE = ("activations", "memory", "what it is", "output")
RULES_SPARE = ("bytes per parameter", "slots")


@dataclass(frozen=True)
class Layer:
    """A part of the parameters, and the products that read it. Without `kind` it only meets elementwise operations.

    - `kind`: "dense", "convolution" or "look-up"; several products of different kinds are joined by " + "
    - `what`: the kind with its sizes
    - `output`: the shape, for one row, of what its last product gives
    - `macs`: multiply-accumulates for one row, forward
    - `parameter_bytes`; `activation_bytes`: what its products give for one row
    """

    name: str
    kind: str
    what: str
    output: tuple[int, ...] | None
    parameters: int
    macs: int
    parameter_bytes: int
    activation_bytes: int


@dataclass(frozen=True)
class Memory:
    """What one lane of a rule holds, in bytes, beside the parameters, their gradient and their change.

    - `slots`, and `per_parameter`: the same divided by the number of parameters
    - `lane`: parameters, gradient, change, aux and slots
    """

    rule: str
    slots: int
    per_parameter: float
    lane: int


@dataclass(frozen=True)
class Explanation:
    """What `descend.explain` found; printing it gives tables.

    - `rows`: the parts of the parameters; empty where a problem is a function of numbers and has no layers
    - `layers`: how many of them enter a matrix product, a convolution or a look-up
    - `parameters`, `parameter_bytes`, `macs`, `activation_bytes`: in all; the last two for one row, forward, or for one
      evaluation where there is no data
    - `operations`: elementwise operations for one row, forward, the loss among them
    - `fixed_macs`: multiply-accumulates of an evaluation however many rows it has, such as products of weights alone
    - `batch`: rows an update sees, None without data
    - `update_macs`, `update_operations`: of one update's loss and gradient on the whole batch; the rule's own are not in
    - `rules`: what lanes of each rule hold; `parameter_bytes` again is what gradient and change take, each
    - `width`: lanes planned for one program of a race of these rules, None where a lane does not fit; `programs`: how many
      run at once on this machine; `lanes`: how many were asked about, or None
    - `notes`: what could not be counted, in words
    """

    problem: str
    rows: tuple[Layer, ...]
    layers: int
    parameters: int
    parameter_bytes: int
    macs: int
    fixed_macs: int
    operations: int
    activation_bytes: int
    batch: int | None
    update_macs: int
    update_operations: int
    rules: tuple[Memory, ...]
    width: int | None
    programs: int
    lanes: int | None
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return dataclasses.asdict(self)

    def to_pandas(self) -> Any:
        """The rows as a pandas DataFrame (needs the extra descend[pandas])."""
        return library("pandas", "to_pandas").DataFrame([dataclasses.asdict(row) for row in self.rows])

    def __str__(self) -> str:
        return _text(self)


def _text(explanation: Explanation) -> str:
    """All of it as text, as wide as it comes."""
    from rich.console import Console  # here and below: rich draws a random number when it is loaded

    from descend.core.language.tables import ENDLESS

    stream = StringIO()
    show(explanation, Console(file=stream, width=ENDLESS, markup=False, emoji=False, highlight=False))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def show(explanation: Explanation, on: Any) -> None:
    """Print it on a rich console, with as many columns as that is wide."""
    from rich.text import Text

    from descend.core.language.tables import fit

    on.print(Text(_title(explanation), "bold"))
    if explanation.rows:
        on.print(fit(partial(_layers, explanation), LAYERS_SPARE, on))
    on.print(f"{_forward(explanation)}\n{_update(explanation)}")
    for note in explanation.notes:
        on.print(f"Note: {note}.")
    on.print(_lane(explanation))
    on.print(fit(partial(_rules, explanation), RULES_SPARE, on))
    on.print(_plan(explanation))


def quantity(number: int, what: str) -> str:
    """A number of things.

    >>> quantity(1, "layer"), quantity(2410, "parameter")
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


def _layers(e: Explanation, hidden: Sequence[str]) -> Any:
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


def _rules(e: Explanation, hidden: Sequence[str]) -> Any:
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


def _table(headings: Iterable[str], left: Collection[str]) -> Any:
    from descend.core.language.tables import table_of

    return table_of(headings, left)

"""A rule written out as Python, as plain text that needs no library."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Code:
    """An expression that makes a rule, such as "Adam(learning_rate=0.01)".

    - `imports`: by module, the names that the expression uses
    - `switches`: whether the weights to evaluate and ship differ from those that a framework trains
    """

    expression: str
    imports: dict[str, list[str]] = field(default_factory=dict)
    switches: bool = False

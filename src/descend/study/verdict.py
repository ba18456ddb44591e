"""The answer of a race in one sentence."""

from typing import Any

from descend.core.text import number, rate


def verdict(board: list[dict[str, Any]], judged: str, target: float | None, chance: bool, every: int = 1) -> str:
    """The answer in one sentence, which may be that there is no significant difference; the target was watched `every` steps."""
    first, *others = board
    if first["loss"]["iqm"] is None:
        return "Every rule diverged: try smaller learning rates."
    if all(line["diverged_at_best"] == 1 for line in board):
        return f"Every rule ended above where it started: try smaller learning rates. Lowest is {first['rule']}."
    loss = f"{judged} {_range(first['loss'])}"
    at = "" if first["learning_rate"] is None else f" (learning rate {rate(first['learning_rate'])})"
    near = [line["rule"] for line in others if line["tied"]]
    if not others:
        text = f"{first['rule']}{at} ends at {loss}"
    elif near and chance:
        text = f"No significant difference between {_list([first['rule'], *near])}: lowest is {first['rule']}{at} with {loss}"
    elif near:
        text = f"{_list([first['rule'], *near])} end alike, with {loss}"
    elif all(line["diverged_at_best"] == 1 for line in others):
        text = f"{first['rule']}{at} wins with {loss}: all others diverged"
    else:
        text = f"{first['rule']}{at} wins with {loss}, ahead of {others[0]['rule']} with {_range(others[0]['loss'])}"
    return text + _about_target(board, target, every) + "."


def _about_target(board: list[dict[str, Any]], target: float | None, every: int) -> str:
    if target is None:
        return ""
    came = [line for line in board if line["steps_to_target"] is not None]
    if not came:
        return f"; {'none came' if len(board) > 1 else 'it never came'} below {target:g}"
    fast = min(came, key=lambda line: _effort(line, "steps_to_target"))
    who = f"{fast['rule']} is first" if len(board) > 1 else "it is"
    unit = "step" if {line.get("unit", 1) for line in board} == {1} else "sample"
    when = f"{unit} {_effort(fast, 'steps_to_target')}"
    looks = f" (judged every {every})" if unit == "step" else ""
    text = f"; {who} below {target:g} {f'at {when}' if every == 1 else f'by {when}{looks}'}"
    settled = [line for line in board if line["settling_steps"] is not None]
    if settled:
        calm = min(settled, key=lambda line: _effort(line, "settling_steps"))
        who = "and" if calm is fast else f"and {calm['rule']} is first to"
        text += f", {who} stays below from {unit} {_effort(calm, 'settling_steps')}".replace("to stays", "to stay")
    return text


def _effort(line: dict[str, Any], name: str) -> Any:
    """A number of updates or, where rivals differ in their batches, of samples, so that they can be compared."""
    return line[name] * line.get("unit", 1)


def _range(loss: dict[str, float]) -> str:
    point = number(loss["iqm"])
    return point if loss["low"] == loss["high"] else f"{point} [{number(loss['low'])}, {number(loss['high'], none='diverged')}]"


def _list(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]

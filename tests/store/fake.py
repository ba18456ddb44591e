"""Races made up in plain NumPy, shaped as study makes them: for the tests of store and report."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from descend.store import RaceResult

RULES = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamw", "lion", "my-rule")
RATES = tuple(float(f"{rate:.3g}") for rate in np.logspace(-4, 0, 9))


@dataclass(frozen=True)
class Asked:
    """What a made-up race on a network is like."""

    rules: tuple[str, ...] = RULES
    rates: tuple[float, ...] = RATES
    tuning: int = 3
    evaluation: int = 10
    steps: int = 500
    every: int = 10
    title: str = "digits"
    accuracy: bool = True
    held_out: bool = True
    target: float | None = 0.15
    diverging: tuple[str, ...] = ("my-rule",)  # these diverge at every learning rate
    interrupted: bool = False


def network_race(asked: Asked | None = None) -> RaceResult:
    """A race on a made-up network: noisy exponential loss curves with a floor, better near a rule's own learning rate."""
    asked = asked or Asked()
    rng = np.random.default_rng(0)
    lanes: list[dict[str, Any]] = []
    curves: list[dict[str, Any]] = []
    sensitivity, board = [], []
    for number, rule in enumerate(asked.rules):
        finals, settings = {}, {rate: number * len(asked.rates) + place for place, rate in enumerate(asked.rates)}
        for rate in asked.rates:
            losses = [_lane(asked, rng, lanes, curves, number, rate, seed, "tuning") for seed in range(asked.tuning)]
            finals[rate] = _interval(losses)
            share = float(np.mean(~np.isfinite(losses)))
            ids = {"entrant_id": number, "setting_id": settings[rate]}
            sensitivity.append(ids | {"rule": rule, "learning_rate": rate, **finals[rate], "diverged": share})
        best = min(finals, key=lambda rate: finals[rate]["iqm"] if finals[rate]["iqm"] is not None else np.inf)
        losses = [_lane(asked, rng, lanes, curves, number, best, 100 + seed, "evaluation") for seed in range(asked.evaluation)]
        mine = lanes[-asked.evaluation :]
        row = _row(asked, rule, best, losses, mine, finals)
        board.append({"entrant_id": number, "setting_id": settings[best]} | row)
    board.sort(key=lambda row: np.inf if row["loss"]["iqm"] is None else row["loss"]["iqm"])
    return RaceResult(
        document={"problem": asked.title, "lr": list(asked.rates), "seed": 0, "batch": 64, "target": asked.target, "note": None}
        | {"versions": {"descend": "0.1.0", "jax": "0.10.2"}, "machine": {"system": "Linux", "cores": 2}},
        summary=_summary(asked, board, sensitivity, len(lanes)),
        lanes=pa.Table.from_pylist(lanes),
        curves=pa.Table.from_pylist(curves),
    )


def _lane(asked: Asked, rng: Any, lanes: list, curves: list, number: int, rate: float, seed: int, phase: str) -> float:
    rule, setting = asked.rules[number], number * len(asked.rates) + asked.rates.index(rate)
    own = 10 ** (-0.5 - 2.5 * ((number * 3) % 10) / 9)  # this rule's good learning rate
    diverges = rule in asked.diverging or (rate / own > 12 and rng.uniform() < min(1.0, np.log10(rate / own) / 1.8))
    speed = min(rate / own, own / rate) ** 0.6 * (1 + 0.1 * rng.normal())
    floor = 0.05 + 0.008 * number + 0.08 * abs(np.log10(rate / own)) + 0.006 * rng.normal()
    steps = np.unique(np.append(np.arange(0, asked.steps, asked.every), asked.steps))
    clean = floor + (2.3 - floor) * np.exp(-steps / 60 * max(speed, 0.01))
    loss = np.abs(clean * (1 + 0.08 * rng.normal(size=steps.size)))
    if diverges:
        loss = np.where(steps < 20, 2.3, 2.3 * 1.6 ** (steps / 10))
        steps, loss = steps[steps < 300], loss[steps < 300]
    for k, (step, value) in enumerate(zip(steps.tolist(), loss.tolist(), strict=True)):
        judged = value * 1.1 if k % 2 == 0 else None
        accuracy = float(np.exp(-value)) if asked.accuracy else None
        curves.append(
            {
                "lane": len(lanes),
                "entrant_id": number,
                "setting_id": setting,
                "step": step,
                "loss": value,
                "gradient_norm": value,
                "update_norm": rate * value,
            }
            | {"judged_loss": judged, "accuracy": accuracy}
        )
    final = np.inf if diverges else float(loss[-1] * 1.1)
    below = loss * 1.1 <= (asked.target or 0.0)
    lasting = np.logical_and.accumulate(below[::-1])[::-1]
    lanes.append(
        {
            "lane": len(lanes),
            "entrant_id": number,
            "setting_id": setting,
            "phase": phase,
            "rule": rule,
            "learning_rate": rate,
            "hyperparameters": f"learning_rate={rate:g}",
        }
        | {"seed": seed, "status": "diverged" if diverges else "finished", "steps": int(steps[-1]), "start_loss": 2.3}
        | {"loss": None if diverges else final, "accuracy": float(np.exp(-final)) if asked.accuracy else None}
        | {"steps_to_target": _first(steps, below), "settling_steps": _first(steps, lasting)}
    )
    return final


def _first(steps: np.ndarray, hit: np.ndarray) -> int | None:
    return int(steps[hit.argmax()]) if hit.any() else None


def _interval(losses: list[float]) -> dict[str, float | None]:
    if not np.isfinite(losses).all():
        return {"iqm": None, "low": None, "high": None}
    middle, spread = float(np.mean(losses)), float(np.std(losses))
    return {"iqm": middle, "low": middle - spread, "high": middle + spread}


def _row(asked: Asked, rule: str, best: float, losses: list[float], mine: list[dict], finals: dict) -> dict[str, Any]:
    hits = [lane["steps_to_target"] for lane in mine if lane["steps_to_target"] is not None]
    settled = [lane["settling_steps"] for lane in mine if lane["settling_steps"] is not None]
    edge = {asked.rates[0]: "low", asked.rates[-1]: "high"}.get(best) if len(asked.rates) > 1 else None
    works = sum(each["iqm"] is not None and each["iqm"] < 0.5 for each in finals.values())
    return {
        "rule": rule,
        "learning_rate": best,
        "loss": _interval(losses),
        "accuracy": float(np.mean(np.exp(-np.array(losses)))) if asked.accuracy else None,
        "steps_to_target": int(np.median(hits)) if 2 * len(hits) > len(mine) else None,
        "settling_steps": int(np.median(settled)) if 2 * len(settled) > len(mine) else None,
        "diverged": float(np.mean(~np.isfinite(losses))),
        "working_decades": works / 2,
        "at_edge": edge is not None,
        "edge": edge,
        "hyperparameters": f"learning_rate={best:g}",
        "tied": rule in asked.rules[1:3],
        "standing": "level" if rule in asked.rules[1:3] else "behind",
        "p": 0.4 if rule in asked.rules[1:3] else 0.001,
        "entrant": rule,
        "settings": len(asked.rates),
        "measures": {"r2": 0.5} if not asked.accuracy else {"accuracy": 0.9, "balanced_accuracy": 0.875},
        "steps": asked.steps,
        "batch": 64,
        "rows": 64,
    }


def _summary(asked: Asked, board: list, sensitivity: list, lanes: int) -> dict[str, Any]:
    return {
        "problem": asked.title,
        "title": asked.title,
        "steps": asked.steps,
        "batch": 64,
        "lanes": lanes,
        "judged": "validation loss" if asked.held_out else "loss",
        "tuned": "validation loss" if asked.held_out else "loss",
        "rows": {"train": 1079, "validation": 359 if asked.held_out else 0, "test": 0},
        "resplits": asked.held_out,
        "basis": "Judged by the made-up loss.",
        "target": asked.target,
        "target_every": asked.every,
        "tuning_seeds": asked.tuning,
        "evaluation_seeds": asked.evaluation,
        "deterministic": False,
        "interrupted": asked.interrupted,
        "notes": [],
        "verdict": f"{board[0]['rule']} reaches the lowest loss on {asked.title}.",
        "seconds": {"compile": 2.5, "run": 6.25, "total": 9.1},
        "leaderboard": board,
        "sensitivity": sensitivity,
    }

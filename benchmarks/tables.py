"""Twenty tables as people publish them, raced with nothing but their target, against scikit-learn's linear models.

The tables are made from seeds: ten subjects, each in two of five encodings and three decimal habits. scikit-learn is given the
columns as they were before they were written, prepared as usual: medians and standard scores, one column a category, hour,
weekday and month of time stamps.
"""

import datetime
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "cp1252", "utf-16")
HABITS = ("point", "comma", "grouped")  # 1234.5 between commas, 1234,5 between semicolons, "1,234.50" in quotes
MISSING = ("", "-", "NA", "None", "#N/A")
RULES, RATES, SEEDS, STEPS = ["momentum", "adam"], "1e-3:0.3:6", (3, 6), 500
START = datetime.datetime(2023, 1, 2)

Columns = dict[str, list[Any]]


class Public(NamedTuple):
    """A table: its columns, the target among them, as they are before they are written."""

    name: str
    target: str
    columns: Columns
    units: dict[str, str] = {}  # column -> what is written around its numbers, {} being the number


def houses(random: Any, rows: int) -> Public:
    """What houses cost: size and district multiply, so that lines do not fit well."""
    area, rooms, age = random.gamma(9, 14, rows), random.integers(1, 8, rows), random.integers(0, 90, rows)
    district = random.choice(["Center", "North", "Süd", "Lake"], rows, p=[0.2, 0.4, 0.3, 0.1])
    worth = np.select([district == name for name in ("Center", "North", "Süd")], [5.2, 2.6, 3.1], 7.0)
    price = 1000 * area * worth * (1.1 - age / 250) + 9000 * rooms + random.normal(0, 30_000, rows)
    found = {"area": area.round(1), "rooms": rooms, "age": age, "district": district, "price": price.round(2)}
    return Public("houses", "price", _lists(found, random, "area"), {"area": "{} m²", "price": "{} €"})


def churn(random: Any, rows: int) -> Public:
    """Who leaves a telephone company: few do, those who pay much by the month above all."""
    months, fee = random.integers(1, 72, rows), random.uniform(18, 120, rows)
    contract = random.choice(["monthly", "one year", "two years"], rows, p=[0.55, 0.25, 0.2])
    calls = random.poisson(1.5, rows)
    score = -2.8 + 1.9 * (contract == "monthly") * (fee > 65) + 0.5 * calls - months / 30 + fee / 90
    left = np.where(random.uniform(size=rows) < _share(score), "yes", "no")
    found = {"customer_id": 10_000 + 7 * np.arange(rows), "months": months, "fee": fee.round(2), "contract": contract}
    return Public("churn", "churn", _lists({**found, "support calls": calls, "churn": left}, random, "fee"), {"fee": "$ {}"})


def bikes(random: Any, rows: int) -> Public:
    """Bikes lent by the hour, by rush hour, season and weather."""
    hours = np.sort(random.choice(24 * 365, rows, replace=False))
    when = [START + datetime.timedelta(hours=int(hour)) for hour in hours]
    clock, weekday = hours % 24, hours // 24 % 7
    warm = 12 - 11 * np.cos(2 * np.pi * hours / 8766) + random.normal(0, 3, rows)
    rush = 160 * (np.exp(-((clock - 8) ** 2) / 3) + np.exp(-((clock - 17.5) ** 2) / 5)) * (weekday < 5)
    weather = random.choice(["clear", "cloudy", "rain"], rows, p=[0.5, 0.3, 0.2])
    lent = (rush + 40 + 4 * warm) * np.where(weather == "rain", 0.5, 1.0) + random.normal(0, 12, rows)
    found = {"when": when, "temperature": warm.round(1), "weather": weather, "lent": np.maximum(0, lent).round()}
    return Public("bikes", "lent", _lists(found, random, "temperature"), {"temperature": "{} °C"})


def survey(random: Any, rows: int) -> Public:
    """Answers from 1 to 5, and who would recommend."""
    answers = random.integers(1, 6, (rows, 5))
    age = random.choice(["18-29", "30-44", "45-59", "60+"], rows)
    score = 0.9 * answers[:, 0] + 0.6 * answers[:, 1] - 0.5 * answers[:, 2] + 0.8 * (age == "60+") - 3 + random.normal(0, 0.8, rows)
    would = np.digitize(score, [-1, 0.6])
    found = {f"question {i + 1}": answers[:, i] for i in range(5)}
    return Public(
        "survey", "recommends", _lists({**found, "age": age, "recommends": np.array(["no", "perhaps", "yes"])[would]}, random)
    )


def sensors(random: Any, rows: int) -> Public:
    """A machine's log by the minute, with rare faults where it is hot and shakes."""
    when = [START + datetime.timedelta(minutes=7 * i) for i in range(rows)]
    heat, shake, load = random.normal(60, 9, rows), random.gamma(2, 1.2, rows), random.uniform(0, 1, rows)
    score = 0.25 * (heat - 66) + 0.9 * (shake - 3) + 2 * load * (heat > 62) - 3.5
    fault = np.where(random.uniform(size=rows) < _share(score), "fault", "fine")
    found = {"when": when, "heat": heat.round(2), "shake": shake.round(3), "load": (100 * load).round(1), "state": fault}
    return Public("sensors", "state", _lists(found, random, "shake", "heat"), {"load": "{}%"})


def bank(random: Any, rows: int) -> Public:
    """A bank's export: who pays a loan back."""
    income, loan = random.lognormal(8, 0.5, rows), random.lognormal(9.3, 0.7, rows)
    job = random.choice(["employed", "self-employed", "retired", "none"], rows, p=[0.6, 0.2, 0.15, 0.05])
    opened = [(START + datetime.timedelta(days=int(day))).date() for day in random.integers(0, 700, rows)]
    score = 1.3 * np.log(loan / income) - 1.4 + 1.2 * (job == "none") - 0.5 * (job == "retired")
    default = (random.uniform(size=rows) < _share(score)).astype(int)
    found = {"opened": opened, "income": income.round(2), "loan": loan.round(2), "job": job, "default": default}
    return Public("bank", "default", _lists(found, random, "income"), {"loan": "{} USD"})


def wine(random: Any, rows: int) -> Public:
    """Measurements of wines, and a jury's points."""
    acid, sugar, alcohol = random.normal(7, 1.2, rows), random.gamma(2, 2.5, rows), random.normal(11, 1.3, rows)
    salt = random.gamma(4, 0.02, rows)
    points = 84 + 1.8 * (alcohol - 11) - 0.8 * (acid - 7) ** 2 - 30 * salt + 0.3 * sugar + random.normal(0, 1, rows)
    found = {"acid": acid.round(2), "sugar": sugar.round(1), "salt": salt.round(3), "alcohol": alcohol.round(1)}
    return Public("wine", "points", _lists({**found, "points": points.round(1)}, random, "sugar"), {"alcohol": "{} %"})


def cars(random: Any, rows: int) -> Public:
    """What used cars are sold for."""
    age, far = random.integers(0, 20, rows), random.gamma(3, 30_000, rows)
    make = (
        random.choice(["Škoda", "Citroën", "Toyota", "Volvo"], rows) if rows % 2 else random.choice(["Audi", "Kia", "Volvo"], rows)
    )
    fuel = random.choice(["petrol", "diesel", "electric"], rows)
    price = 32_000 * np.exp(-age / 8 - far / 300_000) * np.where(fuel == "electric", 1.4, 1.0) + random.normal(0, 900, rows)
    found = {"age": age, "driven": far.round(), "make": make, "fuel": fuel, "price": np.maximum(200, price).round(2)}
    return Public("cars", "price", _lists(found, random, "driven"), {"driven": "{} km"})


def patients(random: Any, rows: int) -> Public:
    """Patients, and who comes back within a month."""
    age, stay, pressure = random.integers(18, 95, rows), random.poisson(4, rows), random.normal(130, 18, rows)
    smokes = random.choice(["true", "false"], rows, p=[0.3, 0.7])
    score = (age - 60) / 18 + 0.35 * (stay - 4) + np.abs(pressure - 128) / 14 - 1.8 + 0.9 * (smokes == "true")
    back = np.where(random.uniform(size=rows) < _share(score), "back", "well")
    found = {"age": age, "days": stay, "pressure": pressure.round(1), "smokes": smokes, "outcome": back}
    return Public("patients", "outcome", _lists(found, random, "pressure"))


def students(random: Any, rows: int) -> Public:
    """Students' marks, by hours and school."""
    hours, absent = random.gamma(3, 3, rows), random.poisson(3, rows)
    school = random.choice([f"{i:03d}" for i in range(1, 9)], rows)
    mark = 50 + 12 * np.log1p(hours) - 1.6 * absent + 4 * (school < "004") + random.normal(0, 4, rows)
    found = {"hours": hours.round(1), "absent": absent, "school": school, "mark": np.clip(mark, 0, 100).round(1)}
    return Public("students", "mark", _lists(found, random, "hours"))


MAKERS: tuple[Callable[[Any, int], Public], ...] = (
    houses, churn, bikes, survey, sensors, bank, wine, cars, patients, students,
)  # fmt: skip


def _share(score: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-2 * score))


def _lists(columns: dict[str, Any], random: Any, *gaps: str) -> Columns:
    """The columns as lists, a twentieth of those named `gaps` missing."""
    found = {name: np.asarray(column, object).tolist() for name, column in columns.items()}
    for name in gaps:
        found[name] = [None if random.uniform() < 0.05 else cell for cell in found[name]]
    return found


def written(table: Public, folder: Path, habit: str, encoding: str, mark: str) -> Path:
    """The table as a file of that encoding, its numbers in that habit, missing cells as that mark."""
    delimiter = ";" if habit == "comma" else ","
    path = folder / f"{table.name}-{habit}-{encoding}.csv"
    lines = [delimiter.join(table.columns)]
    for row in zip(*table.columns.values(), strict=True):
        cells = [_cell(cell, table.units.get(name, "{}"), habit, mark) for name, cell in zip(table.columns, row, strict=True)]
        lines.append(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in cells))
    path.write_bytes("\n".join(lines).encode(encoding, errors="replace"))
    return path


def _cell(cell: Any, around: str, habit: str, mark: str) -> str:
    if cell is None:
        return mark
    if isinstance(cell, float):
        plain = f"{cell:,.2f}" if habit == "grouped" and abs(cell) >= 1000 else f"{cell}"
        return around.format(plain.replace(".", ",") if habit == "comma" else plain)
    return str(cell)


def tables(folder: Path, count: int = 20, rows: int = 900) -> Iterator[tuple[Public, Path]]:
    """So many tables and their files; the habit, the encoding and the mark for missing cells change from one to the next."""
    for i in range(count):
        random = np.random.default_rng(i)
        table = MAKERS[i % len(MAKERS)](random, rows + i)
        encoding = ENCODINGS[i % len(ENCODINGS)]
        if encoding == "gb18030":
            table = _in_chinese(table)
        yield table, written(table, folder, HABITS[i % len(HABITS)], encoding, MISSING[i % len(MISSING)])


CHINESE = {
    "Süd": "城南",
    "Lake": "湖边",
    "Center": "市中心",
    "North": "城北",
    "Citroën": "雪铁龙",
    "Škoda": "斯柯达",
    "Volvo": "沃尔沃",
}
CHINESE |= {"petrol": "汽油", "diesel": "柴油", "electric": "电动", "yes": "是", "no": "否", "perhaps": "也许", "clear": "晴"}
CHINESE |= {
    "cloudy": "多云",
    "rain": "雨",
    "fine": "正常",
    "fault": "故障",
    "{} m²": "{} 平方米",
    "{} €": "{} 元",
    "{} km": "{} 公里",
}


def _in_chinese(table: Public) -> Public:
    """The table with words and units as a Chinese user has them."""
    columns = {name: [CHINESE.get(cell, cell) for cell in column] for name, column in table.columns.items()}
    return table._replace(columns=columns, units={name: CHINESE.get(unit, unit) for name, unit in table.units.items()})


class Result(NamedTuple):
    """A measure, accuracy or r2, of the best rule of a race, and of scikit-learn's linear model on the same rows."""

    name: str
    measure: str
    ours: float
    linear: float
    reading: str


def compare(table: Public, path: Path, **options: Any) -> Result:
    """Race on the file with nothing but its target, and fit the linear model on the same split."""
    import descend

    spec = f"{path}:{table.target}"
    asked = {**_protocol(), **options}
    race = descend.race(spec, rules=RULES, **asked)
    problem = descend.problems.find(spec)
    tuning, fresh = (asked[name] for name in ("seeds", "evaluation_seeds"))
    seeds = range(tuning, tuning + fresh)
    measure = "accuracy" if problem.head.classes else "r2"
    return Result(path.name, measure, race.leaderboard[0].measures[measure], linear(table, problem, seeds), problem.reading)


def _protocol() -> dict[str, Any]:
    return {"learning_rates": RATES, "seeds": SEEDS[0], "evaluation_seeds": SEEDS[1], "steps": STEPS}


def linear(table: Public, problem: Any, seeds: Sequence[int]) -> float:
    """Mean accuracy or r2 of LogisticRegression or Ridge on the splits of these seeds, from the columns as they were."""
    import pandas
    from sklearn.compose import ColumnTransformer, make_column_selector
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    frame = _dated(pandas.DataFrame(table.columns).drop(columns=["customer_id"], errors="ignore"))
    x, y = frame.drop(columns=table.target), frame[table.target]
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = OneHotEncoder(handle_unknown="ignore")
    prepared = ColumnTransformer(
        [("numbers", numbers, make_column_selector(dtype_include="number")),
         ("words", words, make_column_selector(dtype_exclude="number"))]
    )  # fmt: skip
    model = make_pipeline(prepared, LogisticRegression(max_iter=1000) if problem.head.classes else Ridge())
    scores = []
    for seed in seeds:
        parts = problem.parts(seed)
        scores.append(model.fit(x.iloc[parts.train], y.iloc[parts.train]).score(x.iloc[parts.test], y.iloc[parts.test]))
    return float(np.mean(scores))


def _dated(frame: Any) -> Any:
    """Time stamps as days, and hour, weekday and month as words; dates as days."""
    import pandas

    for name in [name for name in frame if isinstance(frame[name].iloc[0], datetime.date)]:
        when = pandas.to_datetime(frame[name])
        if isinstance(frame[name].iloc[0], datetime.datetime):
            for part in ("hour", "weekday", "month"):
                frame[f"{name} {part}"] = getattr(when.dt, part).astype(str)
        frame[name] = (when - pandas.Timestamp(START)).dt.total_seconds() / 86_400
    return frame


def report() -> None:
    """Race on all twenty, and print how they compare."""
    from rich.console import Console
    from rich.table import Table

    shown = Table("file", "measure", "descend", "linear model", "how it was read", title="Twenty tables")
    with tempfile.TemporaryDirectory() as folder:
        results = [compare(table, path) for table, path in tables(Path(folder))]
    for result in results:
        shown.add_row(result.name, result.measure, f"{result.ours:.3f}", f"{result.linear:.3f}", result.reading)
    console = Console()
    console.print(shown)
    console.print(f"{sum(result.ours >= result.linear - 0.005 for result in results)} of {len(results)} at least as good")

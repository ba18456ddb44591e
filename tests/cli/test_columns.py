"""descend columns, and the options of tables on the command line."""

import pytest

from descend.cli.main import main


@pytest.fixture
def file(tmp_path):
    rows = "".join(f"{i},$ {i * 7 % 31}.50,{['n', 's'][i % 2]},{i * i % 13}.25\n" for i in range(40))
    (tmp_path / "sales.csv").write_text("id,price,region,revenue\n" + rows)
    return str(tmp_path / "sales.csv")


def run(capsys, *words) -> tuple[int, str, str]:
    code = main([*words])
    out, err = capsys.readouterr()
    return code, out, err


def joined(out: str) -> str:
    """What was printed, as one line: a narrow terminal breaks long ones."""
    return " ".join(out.split())


def test_columns_are_shown_with_and_without_a_target(file, capsys):
    code, out, _ = run(capsys, "columns", file)
    assert code == 0
    assert "2 numbers (price in $), 1 category (region 2); left out: 'id' (numbers the rows)" in joined(out)
    code, out, _ = run(capsys, "columns", f"{file}:revenue", "--columns", "region=ignore", "--columns", "id=number")
    assert code == 0
    assert "2 numbers (price in $); left out: 'region' (as you say); target: a number, 0.25 to 12.25" in joined(out)
    assert [line.split()[0] for line in out.splitlines()[:4]] == ["column", "revenue", "id", "price"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["columns", "absent.csv"], "absent.csv: no such file"),
        (["columns", "{}:nothing"], "unknown column of sales.csv 'nothing'"),
        (["columns", "{}", "--columns", "price=money"], "columns is 'price=money', must be NAME=KIND"),
        (["columns", "{}", "--set", "adam.b1=0.5"], "--set adam.b1: no rule takes part here"),
        (["columns", "{}", "--set", "decimal=dot"], "decimal is 'dot', must be one of: comma, point"),
        (
            ["race", "digits", "--columns", "a=number"],
            "digits is not read from a table; leave it out, or take a table: FILE:TARGET",
        ),
        (["race", "digits", "--split", "time"], "digits is not read from a table"),
        (["race", "{}:revenue", "--test", "other.csv"], "other.csv: no such file"),
        (["race", "{}:revenue", "--split", "date"], "split_by is 'date', must be one of: random, time"),
    ],
)
def test_what_cannot_be_shown_is_one_line(file, capsys, words, message):
    code, _, err = run(capsys, *(word.format(file) for word in words))
    assert code == 2
    assert message in err
    assert err.count("\n") == 1


def test_the_options_of_a_table_are_listed(capsys):
    code, out, _ = run(capsys, "problems", "table")
    assert code == 0
    for option in ("columns", "missing", "decimal", "dates", "encoding", "class_weight", "test_file", "split_by", "hidden"):
        assert f"- {option}: " in out
    assert "\ntable " in run(capsys, "problems")[1]

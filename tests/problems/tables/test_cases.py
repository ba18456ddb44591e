"""Tables that people have had misread, each with what it means."""

from pathlib import Path

import numpy as np
import pytest

from descend import problems

CASES = Path(__file__).parent / "cases"


def case(name: str, **options):
    return problems.find(f"{CASES}/{name}", **options)


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("missing_dash.csv:y", "2 numbers (a 20 % missing); target: a number, 0.39 to 31.35"),
        ("missing_none.csv:y", "2 numbers (a 20 % missing); target: a number, 0.39 to 31.35"),
        ("percent.csv:y", "2 numbers (a in %); target: a number, 0.39 to 31.35"),
        ("numbers_as_strings.parquet:y", "2 numbers; target: a number, 0.393999 to 31.3525"),
        ("dates_unknown.csv:y", "1 number, 1 date (when 20 % missing); target: a number, 15 to 112.1"),
        ("numeric_target_dash.csv:y", "2 numbers; target: a number, 17.9 to 112.1; 12 rows without a target left out"),
        ("target_dash.csv:stars", "2 numbers; target: 4 classes, 25 % '1'; 12 rows without a target left out"),
        (
            "shuffled_by_pandas.parquet:y",
            "2 numbers; left out: '__index_level_0__' (the index that pandas wrote); target: 2 classes, 50 % 'high'",
        ),
        ("index_column.csv:y", "2 numbers; left out: '' (index column); target: 2 classes, 50 % 'high'"),
        ("big_ids.csv:owner", "1 number; target: 4 classes, 25 % '1234567890123456789'"),
        ("leading_zeros.csv:code", "1 number; target: 4 classes, 25 % '01'"),
        ("ids_differ.csv:y", "1 number, 1 category (id 50, codes); target: a number, 15 to 112.1"),
        ("header_commas_quoted.csv:y", "2 numbers; target: a number, 15 to 112.1"),
        ("header_newline.csv:y", "2 numbers; target: a number, 15 to 112.1"),
        ("sep_line.csv:y", "2 numbers; target: a number, 15 to 112.1"),
        ("rare_class.csv:y", "2 numbers; target: 2 classes, 3.3 % 'fraud'; no validation row of fraud"),
    ],
)
def test_every_case_says_how_it_is_read(name, reading):
    assert case(name).reading == reading


def test_percent_and_numbers_as_strings_keep_their_values():
    a = case("percent.csv:y").frame.features[0]
    assert (a.kind, a.unit, a.values[0]) == ("number", "%", 1.34)
    assert case("numbers_as_strings.parquet:y").frame.features[0].values[:2].tolist() == [1.3, 8.5]


def test_dates_become_one_feature_with_missing_cells():
    made = case("dates_unknown.csv:y")
    when = made.frame.features[0]
    assert (when.kind, made.sizes[0]) == ("date", 2)
    assert np.isnan(when.values[0])
    assert when.values[1] == np.datetime64("2024-01-02").astype(int)


def test_classes_are_told_apart_by_their_digits():
    ids = ("1234567890123456789", "1234567890123456889", "1234567890123456989", "1234567890123457089")
    assert case("big_ids.csv:owner").class_names == ids
    assert case("leading_zeros.csv:code").class_names == ("01", "02", "1", "2")
    assert case("target_dash.csv:stars").class_names == ("1", "2", "3", "4")


def test_names_of_columns_may_hold_delimiters_and_line_breaks():
    assert [f.name for f in case("header_commas_quoted.csv:y").frame.features] == ["Fläche, m2, brutto", "Preis, netto, EUR"]
    assert [f.name for f in case("header_newline.csv:y").frame.features] == ["Fläche (m2)", "Preis (EUR)"]

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

from descend.problems import Cancer, Diabetes, Iris, Wine


def both(made):
    return [np.concatenate(parts) for parts in zip(*made.data, strict=True)]


@pytest.mark.parametrize(
    ("kind", "features", "counts", "names"),
    [
        (Wine, 13, [59, 71, 48], ("0", "1", "2")),
        (Cancer, 30, [212, 357], ("malignant", "benign")),
        (Iris, 4, [50, 50, 50], ("setosa", "versicolor", "virginica")),
    ],
)
def test_classes_have_their_known_sizes_in_both_parts(kind, features, counts, names):
    made = kind()
    x, y = both(made)
    assert (x.shape[1], list(np.bincount(y))) == (features, counts)
    np.testing.assert_allclose(np.bincount(made.data.train[1]), 0.6 * np.array(counts), atol=1)
    assert made.class_names == names


def test_diabetes_is_the_progression_in_units_of_its_deviation():
    made = Diabetes()
    x, y = both(made)
    assert (x.shape, made.sizes, made.class_names) == ((442, 10), (10, 1), ())
    np.testing.assert_allclose([made.data.train[1].mean(), made.data.train[1].std()], [0, 1], atol=1e-5)
    known = np.sort(load_diabetes()["target"])
    np.testing.assert_allclose((np.sort(y) - y.min()) / np.ptp(y), (known - 25) / (346 - 25), atol=1e-5)


@pytest.mark.parametrize("kind", [Wine, Cancer, Diabetes, Iris])
def test_features_are_standardised_by_the_training_part_alone_or_raw(kind):
    made, raw = kind(), kind(scaling="raw")
    x, judge = made.data.train[0], made.data.validation[0]
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(x.std(axis=0), 1, atol=1e-4)
    assert np.abs(judge.mean(axis=0)).max() > 1e-3
    mean, deviation = raw.data.train[0].mean(axis=0, dtype=float), raw.data.train[0].std(axis=0, dtype=float)
    np.testing.assert_allclose((raw.data.validation[0] - mean) / deviation, judge, atol=1e-3)


@pytest.mark.parametrize(("kind", "load"), [(Wine, load_wine), (Cancer, load_breast_cancer)])
def test_raw_features_are_those_of_scikit_learn(kind, load):
    x = both(kind(scaling="raw"))[0]
    np.testing.assert_allclose(np.sort(x, axis=0), np.sort(np.asarray(load()["data"], "float32"), axis=0))

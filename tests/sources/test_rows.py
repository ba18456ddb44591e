"""Everything that the courses teach of networks has an entry in the documentation's table of contents and a test of its name."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAV = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
# entry -> words that a test's name has, or the name of its file
ROWS = {
    "Network complexity": ["network_complexity_of_three_four_two"],
    "Learning rate": ["learning_rate_too_small_is_slow_and_too_large_oscillates", "three_learning_rates"],
    "Schedules": ["exponential_decay", "linear_decay", "stairs", "decay_that_keras_optimizers_once_had"],
    "Activations": ["activations_are_those_of_pytorch", "zero_centredness", "gradient_vanishes", "leaky_relu_survives"],
    "Losses": ["losses_and_their_gradients", "softmax_cross_entropy_row_by_row", "yoghurt_weights_lie_where_the_costs_push_them"],
    "Initialisation": ["initialisation_random_restarts", "he_beats_glorot_for_relu_at_depth", "glorot_with_tanh"],
    "Input preparation": ["input_preparation_standardised", "standardised_by_the_training_part"],
    "Sampling": ["batch_sampling", "stochastic_and_mini_batch_sampling", "online_sampling"],
    "Risk": ["test_risk"],
    "Over-fitting and under-fitting": ["over_fitting_and_under_fitting_with_and_without_regularisation"],
    "Regularisation": ["l1_zeroes_weights_and_l2_shrinks_them", "penalties_on_weights_and_not_biases", "dropout_scales_kept_units"],
    "Early stopping": ["early_stopping_with_patience_keeps_the_best_weights"],
    "Batch normalisation": ["batch_normalisation_is_that_of_pytorch_in_training_and_evaluation", "batch_normalisation_is_right"],
    "Back-propagation": ["back_propagation"],
    "Rules": ["test_printed_numbers", "test_regression_run"],
    "Reading the pictures": ["boundaries", "test_confusion", "test_show"],
}


@pytest.fixture(scope="module")
def names():
    """The names of all files of tests and of the tests in them."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [name for file in files for name in (file.stem, *re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE))]


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_found_by_its_name(row, names):
    assert f"- {row}: " in NAV
    assert [words for words in ROWS[row] if not any(words in name for name in names)] == []

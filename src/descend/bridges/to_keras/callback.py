"""Evaluation at the weights that a rule ships, where they are not those that it trains."""

from typing import Any

import keras

from descend.core.errors import BadValue

from .rule_optimizer import RuleOptimizer, rule_optimizer_of


class ShippedWeights(keras.callbacks.Callback):
    """Puts the weights that the rule ships into the model for every evaluation, and those that it trains back after it.

    As keras.callbacks.SwapEMAWeights does with averages. In `fit` the weights to ship stay in the model from the validation
    to the beginning of the next epoch, so that EarlyStopping and ModelCheckpoint keep the weights that were judged; with
    `swap_on_epoch` they are there at the end of every epoch, for the callbacks after this one. A `fit` that goes on from an
    earlier one begins at the weights to train. Around a rule that ships what it trains nothing happens.

    Raises BadValue for a model whose optimizer carries no rule.
    """

    def __init__(self, swap_on_epoch: bool = False):
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._swapped = self._fits = False

    @property
    def _optimizer(self) -> RuleOptimizer:
        optimizer = getattr(self.model, "optimizer", None)
        found = rule_optimizer_of(optimizer)
        if found is None:
            raise BadValue(
                f"shipped_weights: the model's optimizer is {type(optimizer).__name__}, must be one made by descend.bridges.keras; "
                "leave the callback out"
            )
        return found

    def _ship(self) -> None:
        if self._optimizer.trains_others:
            self._optimizer.ship_variable_values()
            self._swapped = True

    def _resume(self) -> None:
        if self._swapped:
            self._optimizer.resume_variable_values()
            self._swapped = False

    def on_train_begin(self, logs: Any = None) -> None:
        """Training goes on from the weights that it trains."""
        self._optimizer.resume_variable_values()
        self._swapped, self._fits = False, True

    def on_train_end(self, logs: Any = None) -> None:
        """Keras has put the weights to ship into the model, where they stay."""
        self._swapped = self._fits = False

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Back to training, also where another callback has loaded a model saved at the end of an epoch."""
        self._optimizer.resume_variable_values()
        self._swapped = False

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """The weights to ship, for the callbacks that follow."""
        if self.swap_on_epoch:
            self._ship()

    def on_test_begin(self, logs: Any = None) -> None:
        """Evaluation sees the weights to ship."""
        self._ship()

    def on_test_end(self, logs: Any = None) -> None:
        """Back to training, but in `fit` not before the callbacks at the end of the epoch have seen what was judged."""
        if not self._fits:
            self._resume()

    def on_predict_begin(self, logs: Any = None) -> None:
        """So does prediction."""
        self._ship()

    def on_predict_end(self, logs: Any = None) -> None:
        """Back to training."""
        self._resume()

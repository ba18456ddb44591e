"""A Keras 3 model on the JAX backend as an adapter."""

import copy
import importlib
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from descend.core.errors import BadValue, short

from . import calls
from .adapter import Adapter, Criterion, Forward, Reference
from .agreement import ROWS, attempt
from .criteria import check_classes
from .rows import Rows

RATE = 2.0**20  # of the one update that tells Keras' own gradient: large, so that no digit of it is lost in the weights
CURVED = ("MeanSquaredError", "mean_squared_error", "mse")
OF_LOGITS = ("SparseCategoricalCrossentropy", "CategoricalCrossentropy", "BinaryCrossentropy")


class KerasAdapter(Adapter):
    """`stateless_call` as a function of all variables.

    Parameters are the trainable variables by path. Aux is all others, in Keras' order: what batch normalisation and
    the like keep, and the seeds of chance, which every step draws from the lane's key. Frozen weights keep their values.
    """

    framework = "Keras"

    def __init__(self, model: Any, loss: Any = None, metrics: Any = None):
        super().__init__()
        self.keras, self.title = model, str(getattr(model, "name", "model"))
        self.trainable, self.other = list(model.trainable_variables), list(model.non_trainable_variables)
        self.names = _paths(self.trainable)
        generators = [g for layer in model._flatten_layers() for g in layer._seed_generators]
        self.seeds = {i for i, v in enumerate(self.other) if any(v is g.state for g in generators)}
        self.noisy = bool(self.seeds)
        self.losses = _Losses(model, loss, metrics)
        self.criterion = self.losses.criterion
        self._begin: dict[int, Any] | None = None
        self._draws = keras.random.SeedGenerator(0)
        self._check()

    def _check(self) -> None:
        held = next((v for v in self.trainable if v._constraint is not None), None)
        if held is not None:
            raise BadValue(
                f"{self.title}: {held.path} has a constraint, which rules would not keep after an update: leave the constraint out"
            )
        if type(self.keras).train_step is not keras.Model.train_step:
            raise BadValue(
                f"{self.title} has a train_step of its own, which lanes would not run: put its loss into compile or add_loss"
            )

    @property
    def begin(self) -> dict[int, Any]:
        """Initialisers of the variables that start afresh, by id; others keep what they have."""
        if self._begin is None:
            self._begin = _initialisers(self.keras)
        return self._begin

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        keys = jax.random.split(key, len(self.trainable) + len(self.other))
        values = [self._fresh(v, k) for v, k in zip([*self.trainable, *self.other], keys, strict=True)]
        return self._named(values)

    def _fresh(self, variable: Any, key: jax.Array) -> Any:
        begin = self.begin.get(id(variable))
        if begin is None:
            return jnp.asarray(variable.value)
        begin = copy.copy(begin)
        if hasattr(begin, "seed"):
            begin.seed = self._draws
        with keras.StatelessScope(state_mapping=[(self._draws.state, jax.random.bits(key, (2,), "uint32"))]):
            return jnp.asarray(begin(variable.shape, dtype=variable.dtype))

    def given(self) -> tuple[Any, Any]:
        """Copies: Keras gives the memory of its variables away when it trains."""
        values = [np.array(keras.ops.convert_to_numpy(v.value)) for v in [*self.trainable, *self.other]]
        return self._named(values)

    def _named(self, values: Sequence[Any]) -> tuple[dict[str, Any], tuple[Any, ...]]:
        count = len(self.trainable)
        return dict(zip(self.names, values[:count], strict=True)), tuple(values[count:])

    def forward(self, params: Any, aux: Any, x: Any, key: jax.Array | None, training: bool) -> Forward:
        others = list(aux)
        used = others
        if key is not None and training:
            used = [self._draw(i, value, key) for i, value in enumerate(others)]
        named = {"training": training} if self.keras._call_has_training_arg else {}
        values = [params[name] for name in self.names]
        outputs, after, penalties = self.keras.stateless_call(values, used, x, return_losses=True, **named)
        kept = [before if i in self.seeds else new for i, (before, new) in enumerate(zip(others, after, strict=True))]
        penalty = sum((jnp.sum(each) for each in penalties), start=jnp.zeros(())) if penalties else 0.0
        return Forward(outputs, penalty, tuple(kept if training else others))

    def _draw(self, i: int, value: Any, key: jax.Array) -> Any:
        return jax.random.bits(jax.random.fold_in(key, i), (2,), "uint32") if i in self.seeds else value

    def reference(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> Reference:
        """By `model(x)`, `test_on_batch` and one update of SGD in `train_on_batch`; every variable is put back."""
        x, y = batch
        others = [self._draw(i, value, key) for i, value in enumerate(aux)]
        kept = [np.array(keras.ops.convert_to_numpy(v.value)) for v in [*self.trainable, *self.other]]
        trainer = self.losses.trainer(self.keras)
        try:
            self._assign([params[name] for name in self.names], aux)
            outputs = self.keras(x, training=False) if self.keras._call_has_training_arg else self.keras(x)
            loss = trainer.test_on_batch(x, y)
            self._assign([params[name] for name in self.names], others)
            trained = trainer.train_on_batch(x, y)
            moved = {n: (params[n] - v.value) / RATE for n, v in zip(self.names, self.trainable, strict=True)}
        finally:
            self._assign(kept[: len(self.trainable)], kept[len(self.trainable) :])
        return Reference(outputs, loss, trained, moved)

    def _assign(self, params: Sequence[Any], others: Sequence[Any]) -> None:
        for variable, value in zip([*self.trainable, *self.other], [*params, *others], strict=True):
            variable.assign(np.array(value))

    def check(self, outputs: Any, y: Any) -> None:
        """Keras itself counts a class beyond the outputs as none."""
        if "sparse" in self.losses.said and hasattr(outputs, "shape"):
            check_classes(y, outputs.shape[-1])

    def parts(self) -> Mapping[str, Any]:
        return {layer.path or layer.name: layer for layer in self.keras._flatten_layers()}

    def layers(self, params: Any) -> dict[str, Any]:
        found: dict[str, dict[str, Any]] = {}
        for name in self.names:
            found.setdefault(name.rpartition("/")[0] or name, {})[name] = params[name]
        return found

    def weights(self, params: Any, aux: Any) -> list[Any]:
        """As `model.get_weights()` gives and `model.set_weights()` takes them."""
        by_id = {id(v): params[n] for n, v in zip(self.names, self.trainable, strict=True)}
        by_id |= {id(v): value for v, value in zip(self.other, aux, strict=True)}
        return [jax.device_get(by_id[id(v)]) for v in self.keras.weights]

    def model(self, params: Any, aux: Any) -> Any:
        """A copy of the model, made from its config, with trained weights."""
        try:
            made = _twin(self.keras)
        except Exception as error:
            raise BadValue(
                f"{self.title} cannot be copied ({short(error, str)}): model.set_weights(race.best().weights()) puts the weights in"
            ) from error
        made.set_weights(self.weights(params, aux))
        return made


class KerasElsewhere(KerasAdapter):
    """A model of Keras on another backend than JAX: what another process needs to build it again there, with its weights.

    `sends` is that, for `rebuild`: plain values and bytes. Nothing is computed here but the outputs that it must agree with.
    """

    def __init__(self, model: Any, given: Rows, loss: Any, metrics: Any):
        super().__init__(model, loss, metrics)
        backend = keras.config.backend()
        self.notes = (
            f"Keras runs on {backend} here: the race ran in a process of its own, with the model built again on JAX from the same "
            "weights.",
        )
        few = jax.tree.map(lambda a: a[:ROWS], given.data.train[0])
        outputs = jax.tree.map(keras.ops.convert_to_numpy, model.predict_on_batch(few))
        own = {type(layer).__name__: type(layer).__module__ for layer in model._flatten_layers()}
        self.sends = {
            "archive": self._archive(), "classes": {n: m for n, m in own.items() if not m.startswith("keras.")},
            "options": self.losses.options, "outputs": outputs, "backend": backend,
        }  # fmt: skip

    def _archive(self) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.keras"
            self.keras.save(path)
            return path.read_bytes()

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        """Parameters and aux of the right shapes: the starts are drawn where the race runs."""
        return jax.tree.map(jnp.asarray, self.given())

    def forward(self, params: Any, aux: Any, x: Any, key: jax.Array | None, training: bool) -> Forward:
        raise BadValue(
            f"{self.title}: Keras runs on {keras.config.backend()} here, where only descend.race trains it; for all else set "
            "KERAS_BACKEND=jax before Keras is imported"
        )


def rebuild(sent: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The model that `sends` tells of, on this process's backend, and its loss and metrics. BadValue where a class is missing."""
    classes = {}
    for name, module in sent["classes"].items():
        try:
            classes[name] = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise BadValue(
                f"class {name} of {module} cannot be imported in the process that runs Keras on JAX: put it into a module, or set "
                "KERAS_BACKEND=jax before Keras is imported"
            ) from error
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(sent["archive"])
        model = keras.saving.load_model(path, custom_objects=classes, compile=False)
    return model, {name: sent["options"][name] for name in ("loss", "metrics")}


class _Losses:
    """A model's loss and metrics, as `compile` takes them, apart from the model."""

    def __init__(self, model: Any, loss: Any, metrics: Any):
        config = model._compile_config.config if model.compiled and loss is None else {"loss": loss}
        if config.get("loss") is None:
            raise BadValue(
                f"{model.name} has no loss: compile it with one, or give it here, such as loss='sparse_categorical_crossentropy'"
            )
        self.options: dict[str, Any] = {name: config.get(name) for name in ("loss", "metrics", "loss_weights")}
        self.options["metrics"] = _own_metrics(config.get("metrics") if metrics is None else metrics)
        self.judge: Any = keras.Model()
        self.judge.output_names = getattr(model, "output_names", None)
        self.judge.compile(**self.options)
        self.built = False
        self.criterion = Criterion(self.loss, self.scores, self._curves(), self.said)

    @property
    def said(self) -> str:
        loss = self.options["loss"]
        return loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", short(loss, str))

    def _curves(self) -> bool:
        loss: Any = self.options["loss"]
        name = loss if isinstance(loss, str) else type(loss).__name__
        return name in CURVED or (name in OF_LOGITS and not isinstance(loss, str) and bool(loss.get_config().get("from_logits")))

    def loss(self, outputs: Any, y: Any) -> Any:
        """The loss by `compute_loss`, of the outputs alone."""
        self._build(outputs, y)
        with keras.StatelessScope():
            return self.judge.compute_loss(y=y, y_pred=outputs)

    def scores(self, outputs: Any, y: Any) -> dict[str, Any]:
        """The metrics of these rows alone."""
        self._build(outputs, y)
        variables = self.judge.metrics_variables
        with keras.StatelessScope(state_mapping=[(v, jnp.zeros(v.shape, v.dtype)) for v in variables]):
            found = self.judge.compute_metrics(None, y, outputs)
        own = {metric.name for metric in self.judge.metrics if metric.name.endswith("loss")}
        return {_short_name(name): jnp.asarray(value, "float32") for name, value in found.items() if name not in own}

    def _build(self, outputs: Any, y: Any) -> None:
        """Make the metrics' own variables, once, on zeros of these shapes: they cannot be made while something is traced."""
        if self.built:
            return
        self.built = True
        with jax.ensure_compile_time_eval():
            zeros = jax.tree.map(lambda a: jnp.zeros(a.shape, a.dtype), (y, outputs))
            self.judge.compute_loss(y=zeros[0], y_pred=zeros[1])
            self.judge.compute_metrics(None, *zeros)

    def trainer(self, model: Any) -> Any:
        """A model around `model` that Keras itself tests and trains, once and by SGD; the inner one's own settings stay."""
        outer: Any = _Outer(model)
        outer.output_names = getattr(model, "output_names", None)
        outer.compile(optimizer=keras.optimizers.SGD(RATE), loss=self.options["loss"], loss_weights=self.options["loss_weights"])
        return outer


class _Outer(keras.Model):
    """A model that does as another does."""

    def __init__(self, inner: Any):
        super().__init__(name="outer")
        self.inner = inner
        self.built = True

    def call(self, x: Any, training: bool = False) -> Any:
        return self.inner(x, training=training) if self.inner._call_has_training_arg else self.inner(x)


def adapter(model: Any, given: Rows, loss: Any = None, metrics: Any = None, default: bool = False) -> KerasAdapter:
    """The adapter of a model, which is built on a row where it is not built yet.

    By `default` the loss of a model that is not compiled follows from the target: cross entropy for classes, else mean squared
    error. BadValue for what is no Keras model, or has no loss.
    """
    if not isinstance(model, keras.Model):
        raise BadValue(f"{short(model)} is no Keras model: give a keras.Model")
    if not model.built:
        row = jax.tree.map(lambda a: keras.ops.convert_to_tensor(a[:1]), given.data.train[0])
        attempt(model.name, {layer.name: layer for layer in model._flatten_layers()}, lambda: model(row))
    if loss is None and default and not model.compiled:
        loss = _default_loss(model, given.classes)
        metrics = ["accuracy"] if given.classes and metrics is None else metrics
    return KerasAdapter(model, loss, metrics) if keras.config.backend() == "jax" else KerasElsewhere(model, given, loss, metrics)


def _default_loss(model: Any, classes: int | None) -> Any:
    """The loss for a target of so many classes, or a number; outputs are probabilities where the last layer says so."""
    if classes is None:
        return "mean_squared_error"
    last = next((layer for layer in reversed(model._flatten_layers()) if hasattr(layer, "activation")), None)
    probabilities = last is not None and last.activation in (keras.activations.softmax, keras.activations.sigmoid)
    return keras.losses.SparseCategoricalCrossentropy(from_logits=not probabilities)


def _paths(variables: Sequence[Any]) -> list[str]:
    """The variables' paths, numbered where one comes twice."""
    seen: dict[str, int] = {}
    names = []
    for variable in variables:
        seen[variable.path] = seen.get(variable.path, 0) + 1
        names.append(variable.path if seen[variable.path] == 1 else f"{variable.path}_{seen[variable.path]}")
    return names


def _initialisers(model: Any) -> dict[int, Any]:
    """The initialiser of every variable that a fresh start draws anew, by the variable's id.

    Each layer that has variables is made again from its config, in a scope where they are told but not made. Those of a layer
    that learns nothing, such as the statistics of Normalization, stay, and so does all of a frozen layer.
    """
    found: dict[int, Any] = {}
    for layer in model._flatten_layers():
        own = [*layer._trainable_variables, *layer._non_trainable_variables]
        learns = any(v.trainable for v in own) or isinstance(layer, keras.layers.BatchNormalization)
        if not own or not layer.trainable or not learns:
            continue
        with keras.StatelessScope(initialize_variables=False):
            try:
                twin = _twin(layer)
                twins = [*twin._trainable_variables, *twin._non_trainable_variables]
                begins = [v._initializer for v in twins]
            except Exception as error:
                raise _unmade(layer, short(error, str)) from error
        if [tuple(v.shape) for v in twins] != [tuple(v.shape) for v in own] or None in begins:
            raise _unmade(layer, "its config makes other variables")
        found |= {id(v): begin for v, begin in zip(own, begins, strict=True)}
    return found


def _unmade(layer: Any, why: str) -> BadValue:
    return BadValue(
        f"layer {layer.path} cannot be made again for a fresh start ({why}): give it get_config(), or train from its weights "
        "with start='given'"
    )


def _twin(layer: Any) -> Any:
    """A layer of the same config, built for the same shapes."""
    config = layer.get_config()
    try:
        twin = type(layer).from_config(config)
    except TypeError:  # a constructor without **kwargs, of a class whose config Keras notes by itself
        twin = type(layer)(**{name: config[name] for name in calls.names(type(layer).__init__) if name in config})
    if not twin.built:
        twin.build_from_config(layer.get_build_config())
    return twin


def _own_metrics(metrics: Any) -> Any:
    """Metrics as compile takes them; others of their kind in place of objects, which count the person's own rows."""
    if isinstance(metrics, Mapping):
        return {name: _own_metrics(each) for name, each in metrics.items()}
    if isinstance(metrics, list | tuple):
        return [_own_metrics(each) for each in metrics]
    return type(metrics).from_config(metrics.get_config()) if isinstance(metrics, keras.Metric) else metrics


def _short_name(name: str) -> str:
    """The name that leaderboards know: accuracy, however it is counted."""
    return "accuracy" if name.endswith("categorical_accuracy") or name == "binary_accuracy" else name

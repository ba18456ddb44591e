"""Problems from a person's own models: one function a framework, each of which loads that framework when it is called."""

import inspect
from collections.abc import Callable
from typing import Any

import jax

from descend.core.errors import BadValue, short
from descend.core.system.extras import library

from .adapter import Adapter
from .agreement import check
from .function import FunctionAdapter
from .model import Model
from .rows import Rows, rows


def from_function(loss: Callable[..., Any], params: Any, data: Any = None, **options: Any) -> Model:
    """The problem of minimising `loss(params, batch)` over rows `data`, a tree of arrays that share their first axis.

    `params` is a tree of arrays, from which every lane starts, or a function of a JAX key that draws one, another for each seed.
    The loss is traced by JAX and gives one number, the mean over the rows of a batch; one that takes a third argument, a key,
    draws chance from it in training. Without data the loss sees None. `options` are `scaling`, `validation`, `test` and
    `split_seed`, as for `from_keras`. Raises BadInput.
    """
    if not callable(loss):
        raise BadValue(f"loss is {short(loss)}, must be a function of parameters and a batch")
    given = None if data is None else _function_rows(data, options)
    adapter = FunctionAdapter(loss, params, _arguments(loss) > 2)
    return check(Model(adapter, given, "fresh" if callable(params) else "given"))


def _function_rows(data: Any, options: dict[str, Any]) -> Rows:
    if isinstance(data, tuple) and len(data) == 2:
        return rows(*data, **options)
    if isinstance(data, str):
        return rows(data, **options)
    raise BadValue(f"data is {short(data)}, must be a pair (x, y) of arrays, or 'FILE:TARGET'")


def _arguments(function: Callable[..., Any]) -> int:
    """How many arguments in order a function must be given, or may be."""
    try:
        given = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 2
    return sum(each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD) for each in given)


def from_keras(
    model: Any, x: Any, y: Any = None, *, loss: Any = None, metrics: Any = None, start: str = "fresh", **options: Any
) -> Model:
    """The problem of training a Keras 3 model on rows x with targets y.

    - `model`: functional, sequential or subclassed, built or not; its state, chance and regularisers are its own
    - `x`, `y`: as `rows` takes them: arrays, dicts or tuples of arrays, a DataFrame and a column, "FILE:TARGET", a data set
    - `loss`, `metrics`: as `model.compile` takes them; of a compiled model its own by default
    - `start`: "fresh" (every lane from the model's own initialisers) or "given" (from its weights)
    - `scaling`: "raw" (default) or "standardised"; `validation`, `test`: shares of the rows; `split_seed`: which rows these are,
      others for every seed by default

    The model is left as it is. Where Keras runs on another backend than JAX, `descend.race` builds the model again, with its
    weights, in a process of its own. Raises BadInput where something does not fit, or a lane does not compute what Keras does, and
    MissingExtra without Keras.
    """
    library("keras", "from_keras")
    from . import keras_model

    return _problem(lambda given: keras_model.adapter(model, given, loss, metrics, default="file" in options), x, y, start, options)


def _problem(make: Callable[[Rows], Adapter], x: Any, y: Any, start: str, options: dict[str, Any]) -> Model:
    """The problem of the adapter that is made on rows, checked; what fails while it is made names the model.

    `options` are those of rows and, of a model that a file makes, "file": what it is made again from.
    """
    of_rows = {name: value for name, value in options.items() if name != "file"}
    given = x if isinstance(x, Rows) else rows(x, y, **of_rows)
    with jax.ensure_compile_time_eval():
        problem = Model(make(given), given, start, options.get("file"))
        return problem if problem.elsewhere else check(problem)


def from_flax(
    model: Any, x: Any, y: Any = None, *, loss: Any = None, variables: Any = None, start: str = "fresh", **options: Any
) -> Model:
    """The problem of training a Flax model, NNX or Linen, on rows x with targets y.

    - `model`: a Linen module; an NNX module, which starts afresh by its class, where the attributes tell its arguments, or layer by
      layer; or a function of rngs that makes one, such as `lambda rngs: MLP(64, 10, rngs=rngs)`
    - `loss`: "cross_entropy" (of logits), "binary_cross_entropy", "mse", "mae", "huber", or a function of (outputs, targets), as
      optax's are; default by the target: cross_entropy for whole numbers, else mse
    - `variables`: of a Linen module, for start="given"
    - `x`, `y`, `start` and `options`: as for `from_keras`

    The call's arguments `training`, `train`, `deterministic` and the like tell a module its mode. Raises BadInput, and MissingExtra
    without Flax.
    """
    library("flax", "from_flax")
    from . import flax_model

    return _problem(lambda given: flax_model.adapter(model, given, loss, variables), x, y, start, options)


def from_equinox(
    model: Any, x: Any, y: Any = None, *, loss: Any = None, state: Any = None, start: str = "fresh", **options: Any
) -> Model:
    """The problem of training an Equinox module on rows x with targets y.

    - `model`: a module that takes one row, as Equinox's layers do, or all of a batch; it starts afresh by its class, where the
      attributes tell its arguments, or layer by layer; or a function of a key that makes one, such as `lambda key: MLP(key=key)`,
      or (module, state), as `eqx.nn.make_with_state` does
    - `state`: of a module with state
    - `loss`, `x`, `y`, `start` and `options`: as for `from_flax`

    Raises BadInput.
    """
    from . import equinox_model

    return _problem(lambda given: equinox_model.adapter(model, given, loss, state), x, y, start, options)


def from_torch(module: Any, x: Any, y: Any = None, *, loss: Any = None, start: str = "fresh", **options: Any) -> Model:
    """The problem of training a torch.nn.Module on rows x with targets y: its exported graph runs in JAX, many trainings at once.

    - `module`: a module, or a function without arguments that builds one: then each lane's module is built anew under its seed,
      so that what a constructor draws is drawn again. Of a module fresh starts are by the `reset_parameters` of its submodules;
      parameters that none sets start as given, as `notes` says. Parameters that require no gradient stay as they are
    - `x`, `y`: as `rows` takes them: arrays, a dict (called by its names) or tuple of arrays, a DataFrame and a column,
      "FILE:TARGET", a torch Dataset, a generator. Floats are float32, whole numbers int64 tensors
    - `loss`: a torch.nn loss, a function of (outputs, targets) on tensors, or a name of torch.nn.functional, such as
      "cross_entropy" (default for whole numbers) or "mse_loss" (for others)
    - `start`: "fresh" or "given" (from its weights, for fine-tuning)
    - `scaling`: "raw" (default) or "standardised"; `validation`, `test`: shares of the rows; `split_seed`: which rows these are,
      others for every seed by default

    The module and PyTorch's random state are left as they are. Dropout draws from JAX's keys. Raises BadInput where something does
    not fit, the module holds an operation that does not run in JAX (it is named, with the line), or a lane does not compute what
    PyTorch does; MissingExtra without PyTorch.
    """
    library("torch", "from_torch")
    from . import torch_model

    return _problem(lambda given: torch_model.TorchAdapter(module, given, loss), x, y, start, options)

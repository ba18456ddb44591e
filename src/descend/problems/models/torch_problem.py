"""The problem of a PyTorch module; PyTorch is loaded when it is asked for."""

from typing import Any

from descend.core.system.extras import library

from .make import _problem
from .model import Model
from .rows import rows


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
    from .torch_model import TorchAdapter

    given = rows(x, y, **options)
    return _problem(lambda: TorchAdapter(module, *given.data.train, loss), given, start)

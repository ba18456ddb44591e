"""Keras variables as arrays that rules run on, and numbers for them, on the backend in use."""

import contextlib
import importlib
from collections.abc import Callable, Sequence
from typing import Any

import jax
import keras

BACKEND = keras.config.backend()


def array(value: Any) -> Any:
    """A variable, a tensor or a gradient, which may be sparse, as the array that rules run on."""
    if BACKEND == "tensorflow":
        from .tensorflow_array import TensorFlowArray

        return TensorFlowArray(getattr(value, "value", value) if isinstance(value, keras.Variable) else value)
    if BACKEND == "torch":
        import torch

        if isinstance(value, torch.Tensor):
            return value  # a gradient, for whose device Keras would look, which takes a fifth of an update of small tensors
    return keras.ops.convert_to_tensor(value, sparse=False)


def native(tree: Any) -> Any:
    """A tree of such arrays as Keras takes them."""
    if BACKEND == "tensorflow":
        from .tensorflow_array import unwrap

        return unwrap(tree)
    return tree


def number(value: Any) -> Any:
    """A single number as rules take it: a plain one where PyTorch holds it beside the processor, which is quicker."""
    if isinstance(value, int | float):
        return value
    value = array(value)
    if BACKEND != "torch":
        return value
    import torch

    if value.device.type == "cpu" and not torch.compiler.is_compiling():
        return value.item()
    return value if value.is_floating_point() else value.to(torch.float64 if value.device.type != "mps" else torch.float32)


def same(one: Any, other: Any) -> bool:
    """Whether two trees of PyTorch's tensors have the same numbers."""
    import torch

    return all(map(torch.equal, jax.tree.leaves(one), jax.tree.leaves(other)))


def on_processor(value: Any) -> Any:
    """A variable's value as a NumPy array."""
    return keras.ops.convert_to_numpy(keras.ops.convert_to_tensor(value))


def assign(optimizer: Any, variables: Sequence[Any], values: Sequence[Any]) -> None:
    """Each variable takes its value, and none shares memory with another."""
    if BACKEND == "torch":
        torch: Any = importlib.import_module("torch")
        pairs = [(v.value, x) for v, x in zip(variables, values, strict=True)]
        moved = [(old, new) for old, new in pairs if old is not new]
        torch._foreach_copy_([old for old, _ in moved], [new for _, new in moved])
        return
    seen: set[int] = set()
    for variable, value in zip(variables, native(list(values)), strict=True):
        optimizer.assign(variable, value + 0 if id(value) in seen else value)  # JAX gives a buffer away only once
        seen.add(id(value))


def without_gradients(step: Callable[..., Any]) -> Callable[..., Any]:
    """A function that runs without PyTorch's record for gradients, and as it is written inside a tf.function."""
    if BACKEND == "tensorflow":
        import tensorflow as tf

        return tf.autograph.experimental.do_not_convert(step)
    if BACKEND == "torch":
        import torch

        return torch.no_grad()(step)
    return step


def outside_graphs() -> Any:
    """A context in which variables have values, although a tf.function may be being traced."""
    if BACKEND != "tensorflow":
        return contextlib.nullcontext()
    import tensorflow as tf

    return tf.init_scope()


def replicas() -> int:
    """How many copies of the model TensorFlow trains side by side; 1 on the other backends."""
    if BACKEND != "tensorflow":
        return 1
    import tensorflow as tf

    return tf.distribute.get_strategy().num_replicas_in_sync

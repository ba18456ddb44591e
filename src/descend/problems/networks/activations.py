"""Activations by name, with what has to be known to start and to watch a network that uses them."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ..kinks import leaky

SLOPE = 0.01  # of leaky_relu below 0
RECTIFIERS = ("he", "orthogonal")  # what fits activations that let about half of the signal through
SIGMOIDS = ("glorot", "lecun", "orthogonal")  # what fits activations that are about linear around 0


@dataclass(frozen=True)
class Activation:
    """A function that is applied to every unit of a hidden layer; calling it applies it.

    - `formula` in plain text, `bounds` of its values, `source`
    - `gain`: the factor on weights of variance 1 / fan_in by which the signal keeps its size from layer to layer. It is that
      of PyTorch's `calculate_gain` where that has one; else 1 / sqrt(E[f(z)^2]) for a standard normal z, which is how
      He et al. (2015), equation 10, find relu's
    - `fits`: the initialisations that suit it, the usual one first
    - `zero_centred`: whether f(-x) = -f(x), so that the next layer's inputs have both signs
    """

    function: Callable[[Any], Any]
    formula: str
    bounds: tuple[float, float]
    gain: float
    fits: tuple[str, ...]
    zero_centred: bool
    source: str

    def __call__(self, x: Any) -> Any:
        return self.function(x)

    @property
    def saturates(self) -> bool:
        """Whether both its ends are flat, so that units stuck there hardly learn."""
        return all(map(math.isfinite, self.bounds))


ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(
        jax.nn.relu,
        "max(0, x)",
        (0.0, math.inf),
        math.sqrt(2),
        RECTIFIERS,
        zero_centred=False,
        source="Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines (2010)",
    ),
    "tanh": Activation(
        jnp.tanh,
        "(exp(x) - exp(-x)) / (exp(x) + exp(-x))",
        (-1.0, 1.0),
        5 / 3,
        SIGMOIDS,
        zero_centred=True,
        source="LeCun et al., Efficient BackProp (1998), section 4.4",
    ),
    "sigmoid": Activation(
        jax.nn.sigmoid,
        "1 / (1 + exp(-x))",
        (0.0, 1.0),
        1.0,
        SIGMOIDS,
        zero_centred=False,
        source="Rumelhart, Hinton, Williams, Learning representations by back-propagating errors (1986), equation 2",
    ),
    "leaky_relu": Activation(
        lambda x: leaky(x, SLOPE),
        f"x where x > 0, {SLOPE:g} * x elsewhere",
        (-math.inf, math.inf),
        math.sqrt(2 / (1 + SLOPE**2)),
        RECTIFIERS,
        zero_centred=False,
        source="Maas, Hannun, Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models (2013), section 2",
    ),
    "elu": Activation(
        jax.nn.elu,
        "x where x > 0, exp(x) - 1 elsewhere",
        (-1.0, math.inf),
        1.2452,
        RECTIFIERS,
        zero_centred=False,
        source="Clevert, Unterthiner, Hochreiter, Fast and Accurate Deep Network Learning by ELUs (2016), equation 15",
    ),
    "gelu": Activation(
        jax.nn.gelu,
        "x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))",
        (-0.1701, math.inf),
        1.5336,
        RECTIFIERS,
        zero_centred=False,
        source="Hendrycks and Gimpel, Gaussian Error Linear Units (2016), section 2",
    ),
    "silu": Activation(
        jax.nn.silu,
        "x / (1 + exp(-x))",
        (-0.2785, math.inf),
        1.6765,
        RECTIFIERS,
        zero_centred=False,
        source="Elfwing, Uchibe, Doya, Sigmoid-Weighted Linear Units (2018), equation 1; Swish",
    ),
    "softplus": Activation(
        jax.nn.softplus,
        "log(1 + exp(x))",
        (0.0, math.inf),
        1.0419,
        RECTIFIERS,
        zero_centred=False,
        source="Glorot, Bordes, Bengio, Deep Sparse Rectifier Neural Networks (2011), section 3",
    ),
    "identity": Activation(
        lambda x: x,
        "x",
        (-math.inf, math.inf),
        1.0,
        SIGMOIDS,
        zero_centred=True,
        source="Saxe, McClelland, Ganguli, Exact solutions to the nonlinear dynamics of learning (2014): deep linear networks",
    ),
}

"""What is minimised: surfaces, regressions, networks on tables, a person's own functions."""

from .base import PROBLEMS, Data, Problem, absent, problem
from .contract import check_problem
from .datasets.classics import Digits, Dots, Iris
from .datasets.clinic import Cancer, Diabetes, Wine
from .datasets.imdb import IMDB
from .datasets.mnist import MNIST, FashionMNIST
from .datasets.mnist1d import MNIST1D
from .datasets.plane import Circles, Moons, Spirals
from .datasets.streams import Stream, stream
from .find import find
from .function import Function, function
from .models import Model, from_equinox, from_file, from_flax, from_function, from_keras, from_torch
from .networks.activations import ACTIVATIONS, Activation
from .networks.dense import Dense
from .networks.initializers import INITIALISATIONS
from .networks.losses import LOSSES
from .networks.problem import Network
from .noisy import Noisy, noisy
from .regression import Bivariate, Yoghurt
from .surfaces.base import Surface
from .surfaces.formula import Formula
from .surfaces.landscapes import Beale, Himmelblau, Rastrigin, Rosenbrock
from .surfaces.quadratics import Bowl, Parabola, Ravine, Saddle
from .tables import Table, table

__all__ = [
    "ACTIVATIONS",
    "INITIALISATIONS",
    "LOSSES",
    "PROBLEMS",
    "Activation",
    "Beale",
    "Bivariate",
    "Bowl",
    "Cancer",
    "Circles",
    "Data",
    "Dense",
    "Diabetes",
    "Digits",
    "Dots",
    "FashionMNIST",
    "Formula",
    "Function",
    "Himmelblau",
    "IMDB",
    "Iris",
    "MNIST",
    "MNIST1D",
    "Model",
    "Moons",
    "Network",
    "Noisy",
    "Parabola",
    "Problem",
    "Rastrigin",
    "Ravine",
    "Rosenbrock",
    "Saddle",
    "Spirals",
    "Stream",
    "Surface",
    "Table",
    "Wine",
    "Yoghurt",
    "absent",
    "find",
    "check_problem",
    "from_equinox",
    "from_file",
    "from_flax",
    "from_function",
    "from_keras",
    "from_torch",
    "function",
    "noisy",
    "problem",
    "stream",
    "table",
]

"""What is minimised: surfaces, regressions, networks on tables, a person's own functions."""

from .activations import ACTIVATIONS, Activation
from .base import PROBLEMS, Data, Problem, absent, problem
from .classics import Digits, Dots, Iris
from .contract import fitting
from .finding import find
from .formula import Formula
from .functions import Function, function
from .images import MNIST, FashionMNIST
from .imdb import IMDB
from .initialisations import INITIALISATIONS
from .landscapes import Beale, Himmelblau, Rastrigin, Rosenbrock
from .linear import Bivariate, Yoghurt
from .losses import LOSSES
from .measured import Cancer, Diabetes, Wine
from .mnist1d import MNIST1D
from .networks import Dense
from .noisy import Noisy, noisy
from .planes import Circles, Moons, Spirals
from .quadratics import Bowl, Parabola, Ravine, Saddle
from .streams import Stream, stream
from .supervised import Network
from .surfaces import Surface
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
    "fitting",
    "function",
    "noisy",
    "problem",
    "stream",
    "table",
]

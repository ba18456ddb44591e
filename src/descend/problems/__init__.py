"""What is minimised: surfaces, regressions, networks on tables, a person's own functions."""

from .activations import ACTIVATIONS, Activation
from .base import PROBLEMS, Data, Problem, absent, problem
from .classics import Digits, Dots, Iris
from .finding import find
from .functions import Function, function
from .initialisations import INITIALISATIONS
from .landscapes import Beale, Himmelblau, Rastrigin, Rosenbrock
from .linear import Bivariate, Yoghurt
from .losses import LOSSES
from .networks import Dense
from .quadratics import Bowl, Parabola, Ravine, Saddle
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
    "Data",
    "Dense",
    "Digits",
    "Dots",
    "Function",
    "Himmelblau",
    "Iris",
    "Network",
    "Parabola",
    "Problem",
    "Rastrigin",
    "Ravine",
    "Rosenbrock",
    "Saddle",
    "Surface",
    "Table",
    "Yoghurt",
    "absent",
    "find",
    "function",
    "problem",
    "table",
]

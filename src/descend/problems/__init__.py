"""What is minimised: surfaces, regressions, networks on tables, a person's own functions."""

from .base import PROBLEMS, Data, Problem, absent, problem
from .classics import Digits, Dots, Iris
from .finding import find
from .formula import Formula
from .functions import Function, function
from .landscapes import Beale, Himmelblau, Rastrigin, Rosenbrock
from .linear import Bivariate, Yoghurt
from .networks import ACTIVATIONS, INITIALISATIONS, Dense
from .noisy import Noisy, noisy
from .quadratics import Bowl, Parabola, Ravine, Saddle
from .supervised import Network
from .surfaces import Surface
from .tables import Table, table

__all__ = [
    "ACTIVATIONS",
    "INITIALISATIONS",
    "PROBLEMS",
    "Beale",
    "Bivariate",
    "Bowl",
    "Data",
    "Dense",
    "Digits",
    "Dots",
    "Formula",
    "Function",
    "Himmelblau",
    "Iris",
    "Network",
    "Noisy",
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
    "noisy",
    "problem",
    "table",
]

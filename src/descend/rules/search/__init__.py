"""Flat line searches: one trial point a step, accepted or refused, so that no lane waits for another's search."""

from . import armijo, fixed, wolfe

SEARCHES = {"wolfe": wolfe.judge, "armijo": armijo.judge, "fixed": fixed.judge}

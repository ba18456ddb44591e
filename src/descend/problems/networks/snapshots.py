"""Pictures of trained networks as arrays: which classes are taken for which, and the outputs over the plane."""

from typing import Any

import jax.numpy as jnp

from . import losses

POINTS = 61  # of the field along each feature


def snapshot(problem: Any, network: Any, aux: Any, batch: Any) -> dict[str, Any]:
    """Arrays by name.

    - "confusion" (classes, classes), where there are classes: how many rows of the batch, true class down, chosen across
    - "field" (values, POINTS, POINTS), of two features with `bounds`: the output, or the probability of class 1 of two classes,
      or of each class of more; x2 along the rows, both from low to high
    """
    x, y = batch
    head, bounds, arrays = problem.head, getattr(problem, "bounds", None), {}
    if head.classes:
        arrays["confusion"] = losses.confusion(head.decide(network(x, aux)), jnp.asarray(y, "int32"), head.classes)
    if bounds and len(bounds) == 2 == problem.sizes[0]:
        x1, x2 = (jnp.linspace(low, high, POINTS) for low, high in bounds)
        plane = jnp.stack([each.ravel() for each in jnp.meshgrid(x1, x2)], axis=1)
        arrays["field"] = head.answers(network(plane, aux)).reshape(-1, POINTS, POINTS)
    return arrays

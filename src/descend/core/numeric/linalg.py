"""Factors of square matrices, of NumPy, JAX and torch, and linear systems, as lanes need them."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from array_api_compat import is_jax_array

from .arrays import Array, full_like, namespace, where, zeros_like


def eigh(x: Array) -> tuple[Array, Array]:
    """The eigenvalues (n,), ascending, and the eigenvectors as columns (n, n) of a symmetric x; NaN if x is not finite."""
    return _where_finite(_eigh if is_jax_array(x) else namespace(x).linalg.eigh, x)


def qr(x: Array) -> tuple[Array, Array]:
    """The orthogonal Q and the upper triangular R, both (n, n), whose product is x; NaN if x is not finite."""
    return _where_finite(_qr if is_jax_array(x) else namespace(x).linalg.qr, x)


def solve(a: Any, b: Any) -> Any:
    """The x (n,) for which a x = b, of JAX arrays a (n, n) and b (n,)."""
    return _solve(a, b)


def _where_finite(factor: Callable[[Any], Any], x: Array) -> tuple[Array, Array]:
    """On what is not finite NumPy and torch raise, which would end a race, and JAX may give numbers that look sound."""
    finite = namespace(x).all(namespace(x).isfinite(x))
    one, other = (where(finite, part, full_like(part, float("nan"))) for part in factor(where(finite, x, zeros_like(x))))
    return one, other


def _in_lanes(factor: Callable[[Any], Any]) -> Any:
    """A factorisation or solution by JAX, one matrix at a time under vmap on a processor; its derivatives are batched.

    JAX (0.10) gives a batch to the pool whose threads wait for it: on a processor, a few batches side by side, such as one
    for each array of parameters, may wait for ever.
    """

    def plain(*arrays: Any) -> Any:
        found = factor(*arrays)
        return tuple(found) if isinstance(found, tuple) else found

    one_by_one = jax.custom_batching.sequential_vmap(plain)
    run = jax.custom_jvp(lambda *arrays: (one_by_one if jax.default_backend() == "cpu" else plain)(*arrays))
    run.defjvp(lambda primals, tangents: jax.jvp(plain, primals, tangents))
    return run


_eigh, _qr, _solve = (_in_lanes(factor) for factor in (jnp.linalg.eigh, jnp.linalg.qr, jnp.linalg.solve))

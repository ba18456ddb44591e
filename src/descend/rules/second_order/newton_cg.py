from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree

from descend.core.hyper import Positive, option

from .. import checks
from ..base import rule
from ..oracle import Oracle, Usage
from ..search.line import tolerance
from ..step import OracleRule, Step

MORE, LESS, LEAST = 2.0, 0.25, 1e-4  # the radius' factors, and the share of the model's fall that a trial must have


class Inner(NamedTuple):
    """Conjugate gradients in a ball: the point, its residual, the direction, the model there, and whether they have ended."""

    p: Any
    r: Any
    d: Any
    model: Any
    ended: Any


def truncated_cg(product: Any, g: Any, radius: Any, products: int) -> Inner:
    """About the lowest point of g.p + p.H p / 2 within the radius, by so many products with H (Steihaug, 1983).

    A direction without positive curvature, or one that leaves the ball, is followed to its edge; where the radius is infinite,
    not at all.
    """

    def once(now: Inner, _: Any) -> tuple[Inner, None]:
        Hd = product(now.d)
        curvature, rr = now.d @ Hd, now.r @ now.r
        a = rr / jnp.where(curvature > 0, curvature, 1)
        out = (curvature <= 0) | (jnp.linalg.norm(now.p + a * now.d) >= radius)
        a = jnp.where(out, jnp.where(jnp.isfinite(radius), _to_edge(now.p, now.d, radius), 0), a)
        p, r = now.p + a * now.d, now.r + a * Hd
        d = -r + (r @ r) / jnp.where(rr > 0, rr, 1) * now.d
        model = now.model - a * rr + a * a * curvature / 2
        good = jnp.sqrt(r @ r) <= jnp.minimum(0.5, jnp.sqrt(jnp.linalg.norm(g))) * jnp.linalg.norm(g)
        after = Inner(p, r, d, model, out | good | now.ended)
        return jax.tree.map(lambda x, y: jnp.where(now.ended, x, y), now, after), None

    nothing = jnp.zeros_like(g)
    start = Inner(nothing, g, -g, nothing @ g, g @ g == 0)
    return jax.lax.scan(once, start, length=products)[0]


def _to_edge(p: Any, d: Any, radius: Any) -> Any:
    """How far along d from p the ball's edge is."""
    dd, pd = d @ d, p @ d
    root = jnp.sqrt(jnp.maximum(pd * pd + dd * (radius * radius - p @ p), 0))
    return (root - pd) / jnp.where(dd > 0, dd, 1)


@rule("newton_cg")
class NewtonCG(OracleRule):
    """Newton's step by a fixed number of products of the Hessian and a vector, within a radius that adapts.

    **Update**

        p: conjugate gradients on g.p + p.H p / 2 from p = 0, `products` of them or until the residual is small;
            where curvature is negative, or p leaves the ball |p| <= radius_t, on to its edge
        r = (f(w) - f(w + p)) / (-g.p - p.H p / 2)
        w_{t+1} = w + p where r >= 0.0001, else w
        radius = |p| / 4 where r < 1/4; doubled where r > 3/4 and p is at the edge

    One step costs a gradient, `products` Hessian-vector products, of about two gradients each, and a value. With mini-batches
    the products should see a large batch: unsound otherwise.

    **Hyperparameters**

    - radius: (0, inf), default 1: the first radius
    - products: 1, 2, ..., default 10: Hessian-vector products at each step

    **Slots**

    radius, and how many trials were refused: two numbers.

    **Reference**

    Steihaug, The conjugate gradient method and trust regions in large scale optimization (1983); Nocedal and Wright, Numerical
    Optimization (2006), algorithms 4.1 and 7.2.
    """

    tries: ClassVar[bool] = True

    radius: Positive = 1.0
    products: int = option(10)

    def validate(self) -> None:
        checks.whole(self, products=1)

    def uses(self, steps: Any) -> Usage:
        return Usage(values=steps, gradients=steps, hvps=self.products * steps)

    def init(self, w: Any) -> dict[str, Any]:
        zero = jnp.zeros((), ravel_pytree(w)[0].dtype)
        return {"radius": zero + self.radius, "refused": zero}

    def step(self, oracle: Oracle, params: Any, slots: Any, t: Any) -> Step:
        value, aux, gradient = oracle.gradient(params)
        w, tree = ravel_pytree(params)
        g = ravel_pytree(gradient)[0]
        push = oracle.hessian_products(params)
        radius = slots["radius"]
        inner = truncated_cg(lambda v: ravel_pytree(push(tree(v)))[0], g, radius, self.products)
        fall, near = value - oracle.value(tree(w + inner.p)), tolerance(value)
        r = (fall + near) / (near - inner.model)
        size = jnp.linalg.norm(inner.p)
        taken = (r >= LEAST) & jnp.isfinite(inner.p).all()
        grown = jnp.where((r > 0.75) & (size >= 0.99 * radius), MORE * radius, radius)
        after = jnp.where(r >= 0.25, grown, LESS * size)
        after = jnp.where(jnp.isfinite(after) & (after > 0), after, jnp.where(taken, radius, LESS * radius))
        after = jnp.where(jnp.isfinite(value) & (after > 0), after, radius)
        change = jnp.where(taken, inner.p, 0)
        return Step(tree(w + change), {"radius": after, "refused": slots["refused"] + ~taken}, tree(change), value, aux, gradient)

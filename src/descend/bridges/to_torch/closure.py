"""Optimizers whose rule asks for the loss at points of its own, which a closure evaluates."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import torch

from descend.core.errors import BadValue

from .. import replay, rule_state
from . import checks, groups, steps
from .base import RuleOptimizer


class ClosureOptimizer(RuleOptimizer):
    """A torch.optim.Optimizer of a rule that evaluates the loss at points of its own, such as the trials of a line search.

    Call `step(closure)`, as with torch.optim.LBFGS: the closure clears the gradients, computes the loss, calls backward() and
    returns the loss. One step of a search calls it once, at the trial point, and moves the parameters there or leaves them;
    sharpness_aware calls it twice. The step returns the loss at the parameters as they were. The rule itself runs on JAX, on
    the processor. All parameters are in one group, and one without a gradient counts as having zeros.
    """

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """The one group; BadValue for a second."""
        if self.param_groups:
            raise BadValue(f"{self.rule.name} sees all parameters at once: give them in one group")
        super().add_param_group(param_group)

    @torch.compiler.disable()
    def _step(self, closure: Callable[[], Any] | None, compiled: bool) -> Any:
        if closure is None:
            raise BadValue(f"{self.rule.name} evaluates the loss itself: call step(closure), as with torch.optim.LBFGS")
        group, state = self.param_groups[0], self.state
        rule, params = groups.read_group(self._rules[0], self._places, group), group["params"]
        with jax.enable_x64(any(p.dtype == torch.float64 for p in params)):
            w = steps.tree(group, [_to_jax(p) for p in params])
            own = state[params[0]]
            if not own:
                own.update({"step": torch.zeros(()), "slots": jax.tree.map(_to_torch, rule_state.begin(rule, w)["slots"])})
            t, slots = int(own["step"]) + 1, jax.tree.map(_to_jax, own["slots"])
            try:
                after = self._ask(rule, w, slots, t, closure)
            except BaseException:
                _write(params, w)
                raise
            _write(params, after.params)
            own.update({"step": own["step"] + 1, "slots": jax.tree.map(_to_torch, after.slots)})
            return _to_torch(after.value)

    def _ask(self, rule: Any, w: Any, slots: Any, t: int, closure: Callable[[], Any]) -> Any:
        """The rule's step, its questions answered by the closure."""
        leaves, structure = jax.tree.flatten(w)
        count = replay.questions(jax.tree.structure(rule), structure, tuple(a.shape for a in leaves))
        answers: tuple[replay.Answer, ...] = ()
        for _ in range(count):
            answers = (*answers, self._evaluate(replay.point(rule, w, slots, t, answers), closure))
        return replay.finish(rule, w, slots, t, answers)

    def _evaluate(self, point: Any, closure: Callable[[], Any]) -> replay.Answer:
        """The closure's loss and gradient at a point."""
        group = self.param_groups[0]
        params = group["params"]
        _write(params, point)
        with torch.enable_grad():
            loss = closure()
        if loss is None:
            raise BadValue(f"{self.rule.name}: the closure returns None, must return the loss")
        checks.gradients(self, group)
        grads = [torch.zeros_like(p) if p.grad is None else p.grad for p in params]
        kind = jnp.result_type(*jax.tree.leaves(point))
        value = loss.detach() if isinstance(loss, torch.Tensor) else loss
        return jnp.asarray(float(value), kind), steps.tree(group, [_to_jax(g) for g in grads])


@torch.no_grad()
def _write(params: list[Any], tree: Any) -> None:
    for p, a in zip(params, jax.tree.leaves(tree), strict=True):
        p.copy_(_to_torch(a))


def _to_jax(tensor: Any) -> Any:
    tensor = tensor.detach().cpu()
    wide = tensor if tensor.dtype == torch.float64 else tensor.float()
    return jnp.asarray(wide.numpy())


def _to_torch(array: Any) -> Any:
    return torch.from_numpy(jax.device_get(array).copy()) if jnp.ndim(array) else torch.tensor(float(array), dtype=_kind(array))


def _kind(array: Any) -> torch.dtype:
    return torch.float64 if array.dtype == jnp.float64 else torch.float32

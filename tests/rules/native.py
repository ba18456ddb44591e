"""The rules of Keras, PyTorch and optax, and each framework's way through given gradients in double precision."""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
import torch

# By framework and rule: the optimizer's name, and what makes it that rule; all else are the framework's defaults.
NATIVE = {
    "keras": {
        "sgd": ("SGD", {}),
        "momentum": ("SGD", {"momentum": 0.9}),
        "nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
        "adagrad": ("Adagrad", {}),
        "adadelta": ("Adadelta", {}),
        "rmsprop": ("RMSprop", {}),
        "adam": ("Adam", {}),
        "adamw": ("AdamW", {}),
        "adamax": ("Adamax", {}),
        "nadam": ("Nadam", {}),
        "amsgrad": ("Adam", {"amsgrad": True}),
        "lion": ("Lion", {}),
        "lamb": ("Lamb", {}),
        "adafactor": ("Adafactor", {}),
        "muon": ("Muon", {}),
    },
    "torch": {
        "sgd": ("SGD", {}),
        "momentum": ("SGD", {"momentum": 0.9}),
        "nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
        "adagrad": ("Adagrad", {}),
        "adadelta": ("Adadelta", {}),
        "rmsprop": ("RMSprop", {}),
        "adam": ("Adam", {}),
        "adamw": ("AdamW", {}),
        "adamax": ("Adamax", {}),
        "nadam": ("NAdam", {}),
        "radam": ("RAdam", {}),
        "amsgrad": ("Adam", {"amsgrad": True}),
    },
    "optax": {
        "sgd": ("sgd", {}),
        "momentum": ("sgd", {"momentum": 0.9}),
        "nesterov": ("sgd", {"momentum": 0.9, "nesterov": True}),
        "adagrad": ("adagrad", {}),
        "adadelta": ("adadelta", {}),
        "rmsprop": ("rmsprop", {}),
        "adam": ("adam", {}),
        "adamw": ("adamw", {}),
        "adamax": ("adamax", {}),
        "nadam": ("nadam", {}),
        "radam": ("radam", {}),
        "amsgrad": ("amsgrad", {}),
        "adabelief": ("adabelief", {}),
        "yogi": ("yogi", {}),
        "lion": ("lion", {}),
        "lamb": ("lamb", {}),
        "lars": ("lars", {}),
        "signum": ("signum", {}),
    },
}


def ours(rule, start, grads):
    """Where gradients, arrays (steps, *shape) by name, lead by a rule of descend, on NumPy's arrays: nothing to compile."""
    w, grads = (jax.tree.map(np.asarray, tree) for tree in (start, grads))
    slots = rule.init_tree(w)
    for t in range(1, len(next(iter(grads.values()))) + 1):
        change, slots = rule.update_tree({key: g[t - 1] for key, g in grads.items()}, slots, w, t)
        w = jax.tree.map(np.add, w, change)
    return rule.readout_tree(w, slots)


def optax_end(name, options, start, grads, rates):
    """The same by optax; `rates` (steps,) are the learning rates, None: the default, of which optax often has none."""
    factory = getattr(optax, name, None) or getattr(optax.contrib, name)
    learning_rate = {} if rates is None else {"learning_rate": lambda count: jnp.asarray(rates)[count]}
    native = factory(**learning_rate, **options)

    def step(carry, g):
        w, state = carry
        change, state = native.update(g, state, w)
        return (optax.apply_updates(w, change), state), None

    return jax.lax.scan(step, (start, native.init(start)), grads)[0][0]


def keras_end(name, options, start, grads, rates):
    """The same by Keras."""
    before = keras.config.floatx()
    keras.config.dtype_policy()  # made now: whoever asks first would have it of double precision, and all that come after
    keras.config.set_floatx("float64")
    try:
        native = getattr(keras.optimizers, name)(**options)
        native.build([keras.Variable(w, dtype="float64", name=key) for key, w in start.items()])
        at = next(i for i, v in enumerate(native.variables) if v is native._learning_rate)

        def step(carry, given):
            w, state = carry
            rate, g = given
            state = [rate.astype(s.dtype) if i == at else s for i, s in enumerate(state)]
            return native.stateless_apply(state, list(g.values()), w), None

        state = [v.value for v in native.variables]
        length = len(next(iter(grads.values())))
        rates = jnp.full(length, state[at]) if rates is None else jnp.asarray(rates)
        end = jax.lax.scan(step, (list(start.values()), state), (rates, grads))[0][0]
        return dict(zip(start, end, strict=True))
    finally:
        keras.config.set_floatx(before)


def torch_end(name, options, start, grads, rates):
    """The same by PyTorch."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # in which NAdam keeps its product
    try:
        w = {key: torch.tensor(jax.device_get(a), requires_grad=True) for key, a in start.items()}
        noise = {key: torch.tensor(jax.device_get(g)) for key, g in grads.items()}
        native = getattr(torch.optim, name)(w.values(), **options)
        for t in range(len(next(iter(noise.values())))):
            for key, p in w.items():
                p.grad = noise[key][t]
            if rates is not None:
                native.param_groups[0]["lr"] = float(rates[t])
            native.step()
        return {key: p.detach().numpy() for key, p in w.items()}
    finally:
        torch.set_default_dtype(before)


ENDS = {"keras": keras_end, "torch": torch_end, "optax": optax_end}

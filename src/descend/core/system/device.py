"""The device that JAX computes on."""

import os

from ..errors import BadInput, one_line


def check_device() -> None:
    """BadInput where JAX finds no device of the kind that it is told to use."""
    import jax

    try:
        jax.devices()
    except (RuntimeError, AssertionError) as error:  # which of them depends on the kind
        platforms = os.environ.get("JAX_PLATFORMS", "")
        where = f"JAX_PLATFORMS={platforms}" if platforms else "JAX"
        why = f" ({one_line(str(error), 200)})" if str(error) else ""
        raise BadInput(f"{where} finds no device here{why}; unset JAX_PLATFORMS, or set JAX_PLATFORMS=cpu") from error

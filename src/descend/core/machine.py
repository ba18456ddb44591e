"""What the machine has."""

import os

from .errors import BadInput, one_line


def memory() -> int:
    """The machine's memory in bytes, or 8 GiB where the system does not say."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 2**33


def check_device() -> None:
    """BadInput where JAX finds no device of the kind that it is told to use."""
    import jax

    try:
        jax.devices()
    except RuntimeError as error:
        raise no_device(error) or error from error


def no_device(error: RuntimeError) -> BadInput | None:
    """The error to raise for JAX's own where there is no device; None for another."""
    text = str(error)
    if "Unable to initialize backend" not in text and "Unknown backend" not in text:
        return None
    asked = os.environ.get("JAX_PLATFORMS", "")
    where = f"JAX_PLATFORMS={asked}" if asked else "JAX"
    return BadInput(f"{where} finds no device here ({one_line(text, 200)}); unset JAX_PLATFORMS, or set JAX_PLATFORMS=cpu")

"""Networks on labelled rows: layers, losses, starts and what is watched of them."""

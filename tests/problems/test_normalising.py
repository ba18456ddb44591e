import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from descend.problems.networks import batch_norm as normalising


@pytest.mark.parametrize("shape", [(3, 8), (3, 5, 8), (3, 2, 5, 8)])
def test_training_is_that_of_pytorch_with_its_gradients(shape):
    random = np.random.default_rng(0)
    columns, weights = (random.normal(size=shape).astype(np.float32) for _ in range(2))
    columns += 30  # far from 0 beside its deviation of 1
    scale, shift = (random.normal(size=3).astype(np.float32) for _ in range(2))
    averages = normalising.start(normalising.norm(3))

    def weighed(norm, columns):
        made, moved = normalising.by_batch(norm, columns, averages)
        return jnp.sum(made * weights), (made, moved)

    norm = normalising.Norm(jnp.asarray(scale), jnp.asarray(shift))
    (_, (made, moved)), (norm_gradient, gradient) = jax.value_and_grad(weighed, (0, 1), has_aux=True)(norm, jnp.asarray(columns))

    theirs = torch.nn.BatchNorm1d(3)
    theirs.load_state_dict(theirs.state_dict() | {"weight": torch.tensor(scale), "bias": torch.tensor(shift)})
    rows = torch.tensor(columns.reshape(1, 3, -1), requires_grad=True)  # one row of many places: channels in the middle
    expected = theirs(rows)
    (expected * torch.tensor(weights.reshape(1, 3, -1))).sum().backward()

    def close(mine, other):
        np.testing.assert_allclose(mine, other.detach().numpy().reshape(mine.shape), rtol=1e-4, atol=2e-5)

    close(made, expected)
    close(gradient, rows.grad)
    close(norm_gradient.scale, theirs.weight.grad)
    close(norm_gradient.shift, theirs.bias.grad)
    close(moved["mean"], theirs.running_mean)
    close(moved["variance"], theirs.running_var)

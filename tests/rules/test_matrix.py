"""Rules that see matrices: Muon, Shampoo and SOAP against optax, PyTorch and their papers, written out in NumPy."""

import jax
import numpy as np
import optax
import pytest
import torch
from matrix_papers import SHAPES, close, paper_muon, paper_shampoo, paper_soap, power, start_and_noise, walk

from descend.rules import SGD, SOAP, AdaGrad, Adam, Muon, Shampoo
from descend.rules.matrix import eigenbasis
from descend.schedules import Constant


@pytest.mark.parametrize("match_rms", [False, True])
def test_muon_follows_optax_whose_matrices_are_the_other_way_round(match_rms):
    """Without Nesterov: optax corrects its two terms apart. eps is 0, as optax's meets a corrected momentum."""
    rule = Muon(0.05, 0.8, 0.1, 0.0, 1.0, Adam(b1=0.8, b2=0.9, eps=0.0), nesterov=False, match_rms=match_rms)
    rms = 0.2 if match_rms else None
    native = optax.contrib.muon(
        0.05, beta=0.8, eps=0.0, weight_decay=0.1, nesterov=False, adam_b1=0.8, adam_b2=0.9, consistent_rms=rms
    )
    start, noise = start_and_noise()
    with jax.enable_x64(True):
        w = [jax.numpy.asarray(a.T) for a in start]
        state, step = native.init(w), jax.jit(native.update)
        for grads in noise:
            change, state = step([jax.numpy.asarray(g.T) for g in grads], state, w)
            w = optax.apply_updates(w, change)
    close(walk(rule, start, noise), [np.asarray(a).T for a in w])


@pytest.mark.parametrize(("match_rms", "adjust"), [(False, "original"), (True, "match_rms_adamw")])
def test_muon_follows_torch_up_to_its_bfloat16(match_rms, adjust):
    start, noise = start_and_noise(5, SHAPES[:2])
    params = [torch.tensor(w, requires_grad=True) for w in start]
    native = torch.optim.Muon(params, lr=0.05, momentum=0.8, weight_decay=0.1, adjust_lr_fn=adjust)
    for grads in noise:
        for p, g in zip(params, grads, strict=True):
            p.grad = torch.tensor(g)
        native.step()
    ours = walk(Muon(0.05, 0.8, weight_decay=0.1, match_rms=match_rms), start, noise)
    for a, p in zip(ours, params, strict=True):
        np.testing.assert_allclose(a, p.detach().numpy(), atol=5 * 0.05 * 0.1)


@pytest.mark.parametrize(
    ("rule", "paper"), [(Muon(eps=0.0), paper_muon), (Shampoo(every=1), paper_shampoo), (SOAP(), paper_soap)], ids=lambda x: ""
)
def test_a_rule_follows_its_paper(rule, paper):
    # No side has two directions that the first gradient leaves open, of which the papers say nothing.
    start, noise = start_and_noise(shapes=[(3, 3), (3, 2), (2, 3)])
    close(walk(rule, start, noise), [paper(w, [g[i] for g in noise]) for i, w in enumerate(start)], 1e-9)


def test_soap_decays_and_adds_eps_where_its_authors_do():
    start, noise = start_and_noise(20, shapes=[(3, 3), (3, 2)])
    ends = [paper_soap(w, [g[i] for g in noise], eps=0.1, decay=0.5) for i, w in enumerate(start)]
    close(walk(SOAP(eps=0.1, weight_decay=0.5), start, noise), ends, 1e-9)


@pytest.mark.parametrize("rule", [SOAP(0.1), Shampoo(), Muon()], ids=str)
@pytest.mark.parametrize("rank", [0, 1, 2])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_gradients_of_less_than_full_rank_move_all_kinds_of_arrays_alike(rule, rank, dtype):
    """Libraries choose the eigenvectors that a gradient leaves open as they like."""
    rng = np.random.default_rng(0)
    start = rng.normal(size=(7, 5))
    noise = [rng.normal(size=(7, rank)) @ rng.normal(size=(rank, 5)) for _ in range(3)] * 5  # past a new basis

    def end(make):
        moved = walk(rule, [make(start.astype(dtype))], [[make(g.astype(dtype))] for g in noise])
        return np.asarray(moved[0]) - start

    with jax.enable_x64(True):
        ends = [end(make) for make in (np.array, jax.numpy.array, torch.tensor)]
    for other in ends[1:]:
        np.testing.assert_allclose(other, ends[0], atol=(1e-3 if dtype == "float32" else 1e-9) * 0.1)


def test_the_basis_of_what_is_open_is_that_of_the_axes():
    np.testing.assert_allclose(eigenbasis(np.zeros((4, 4))), np.eye(4))
    np.testing.assert_allclose(eigenbasis(np.diag([0.0, 2.0, 0.0])), np.eye(3)[:, [1, 0, 2]], atol=1e-12)
    one = np.array([3.0, 4.0, 0.0])
    basis = eigenbasis(np.outer(one, one))
    np.testing.assert_allclose(basis[:, 0], one / 5)
    inside = basis.T @ np.diag([1.0, 2.0, 3.0]) @ basis
    np.testing.assert_allclose(inside[1:, 1:], np.diag(np.sort(np.diag(inside)[1:])), atol=1e-12)


def test_shampoo_of_three_axes_has_a_sixth_root_for_each():
    (w,), ((g,),) = start_and_noise(1, [(2, 3, 4)])
    sides = [np.moveaxis(g, i, 0).reshape(n, -1) for i, n in enumerate(g.shape)]
    roots = [power(a @ a.T + 1e-4 * np.eye(len(a)), -1 / 6) for a in sides]
    close(walk(Shampoo(), [w], [[g]]), [w - 0.1 * np.einsum("ai,bj,ck,ijk->abc", *roots, g)])


def test_shampoo_keeps_its_roots_between_refreshes():
    start, noise = start_and_noise(12)
    one, other = Shampoo(every=4), Shampoo(every=4)
    slots = one.init_tree(start)
    for t, grads in enumerate(noise, 1):
        before = slots[0]["root0"]
        _, slots = other.update_tree(grads, slots, start, t)
        assert np.array_equal(before, slots[0]["root0"]) == (t > 4 and t % 4 != 0)


def test_without_matrices_the_rules_are_diagonal_ones():
    start, noise = start_and_noise()
    adagrad = AdaGrad(0.1, 0.0, eps=0.0, eps_root=1e-4)
    close(walk(Shampoo(0.1, max_size=1), start[:3], [g[:3] for g in noise]), walk(adagrad, start[:3], [g[:3] for g in noise]))
    close(walk(SOAP(max_size=1), start, noise), walk(Adam(3e-3, 0.95, 0.95, eps_hat=True), start, noise[1:]))


def test_muons_fallback_has_a_share_of_the_rate_or_its_own_and_may_be_any_rule():
    start, noise = start_and_noise()
    vectors, theirs = start[2:], [g[2:] for g in noise]
    close(walk(Muon(Constant(0.02)), vectors, theirs), walk(Adam(3e-4), vectors, theirs))
    close(walk(Muon(fallback=SGD(0.3), own_rate=True), vectors, theirs), walk(SGD(0.3), vectors, theirs))
    close(
        walk(Muon(), [start[0][None]], [[g[0][None]] for g in noise]),
        walk(Adam(3e-4), [start[0][None]], [[g[0][None]] for g in noise]),
    )


def test_muon_turns_every_singular_value_to_about_one():
    (w,), ((g,),) = start_and_noise(1, [(5, 8)])
    step = walk(Muon(1.0), [w], [[g]])[0] - w
    values = np.linalg.svd(step, compute_uv=False)
    assert (values < 1.3).all()
    assert (values[np.linalg.svd(g, compute_uv=False) > 0.1 * np.linalg.norm(g)] > 0.6).all()


def test_soap_leaves_out_what_rounding_leaves_of_zeros():
    """Without noise a gradient stays diagonal in its eigenbasis; a step of 0.1 in noise's directions would show."""
    (w,), ((g,),) = start_and_noise(1, [(4, 3)])
    u, _, vt = np.linalg.svd(g, full_matrices=False)
    change = walk(SOAP(0.1), [w.astype("float32")], 3 * [[g.astype("float32")]])[0] - w
    inside = u.T @ change @ vt.T
    np.testing.assert_allclose(np.abs(np.diag(inside)), 0.2, rtol=1e-3)
    np.testing.assert_allclose(inside - np.diag(np.diag(inside)), 0, atol=1e-3)

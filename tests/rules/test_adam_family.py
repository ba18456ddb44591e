"""What the papers of Adam's relatives say of them, and how they contain one another."""

import jax
import jax.numpy as jnp
import numpy as np
import papers_adaptive
import pytest

from descend.rules import Adam, AdaMax, AdamW, AMSGrad, Nadam, RAdam, Yogi


def noise(steps=60, size=4):
    """A start and gradients."""
    rng = np.random.default_rng(0)
    return rng.normal(size=size), rng.normal(size=(steps, size))


def path(rule, w, grads):
    """The weights after each update (steps, size), and the last slots."""
    slots, seen = rule.init_tree(w), []
    for t, g in enumerate(grads, 1):
        change, slots = rule.update_tree(g, slots, w, t)
        w = w + change
        seen.append(w)
    return np.stack(seen), slots


def test_adamws_paper_takes_the_decay_that_it_is_given_apart_from_the_rate():
    w, grads = noise()
    rule = AdamW.as_in("paper", weight_decay=0.03)
    end = papers_adaptive.adamw(w, lambda t, w: grads[t - 1], len(grads), decay=0.03)
    np.testing.assert_allclose(path(rule, w, grads)[0][-1], end, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("eps_hat", [False, True])
def test_adamw_without_decay_is_adam(eps_hat):
    w, grads = noise()
    adam, adamw = Adam(0.1, 0.8, 0.95, eps_hat=eps_hat), AdamW(0.1, 0.8, 0.95, weight_decay=0.0, eps_hat=eps_hat)
    np.testing.assert_array_equal(path(adam, w, grads)[0], path(adamw, w, grads)[0])


def test_adamws_decay_alone_shrinks_the_weights_by_one_factor():
    w, grads = noise(10)
    np.testing.assert_allclose(path(AdamW(0.1, weight_decay=0.2), w, 0 * grads)[0][-1], w * 0.98**10)
    np.testing.assert_allclose(path(AdamW(0.1, weight_decay=0.2, independent=True), w, 0 * grads)[0][-1], w * 0.8**10)
    np.testing.assert_allclose(path(AdamW(0.0, weight_decay=0.2), w, grads)[0][-1], w)


def test_eps_hat_is_the_end_of_section_2_of_adams_paper():
    w, grads = noise()
    ours, m, v = path(Adam(0.1, 0.8, 0.95, eps=1e-2, eps_hat=True), w, grads)[0], 0, 0
    for t, g in enumerate(grads, 1):
        m, v = 0.8 * m + 0.2 * g, 0.95 * v + 0.05 * g * g
        w = w - 0.1 * np.sqrt(1 - 0.95**t) / (1 - 0.8**t) * m / (np.sqrt(v) + 1e-2)
        np.testing.assert_allclose(ours[t - 1], w, rtol=1e-10, atol=1e-12)


def test_amsgrad_is_adam_while_squared_gradients_grow():
    w, grads = noise()
    growing = np.sign(grads) * np.sort(np.abs(grads), axis=0)
    np.testing.assert_allclose(path(AMSGrad(0.1), w, growing)[0], path(Adam(0.1), w, growing)[0], rtol=1e-12, atol=1e-12)
    assert np.abs(path(AMSGrad(0.1, 0.9, 0.9), w, growing[::-1])[0] - path(Adam(0.1, 0.9, 0.9), w, growing[::-1])[0]).max() > 1e-3


@pytest.mark.parametrize(("cls", "end"), [(Adam, 1.0), (AMSGrad, -1.0)])
def test_the_papers_example_where_adam_goes_to_the_worst_point_and_amsgrad_to_the_best(cls, end):
    """Reddi et al., theorem 1: f_t(x) = c x at every third t, else -x, on [-1, 1]; the rate falls with the root of t."""
    c, x = 3.0, np.array(0.0)
    rule = cls(b1=0.0, b2=1 / (1 + c**2), eps=0.0)
    slots = rule.init(x)
    for t in range(1, 3001):
        change, slots = rule.with_rate(0.5 / t**0.5).update(np.array(c if t % 3 == 1 else -1.0), slots, x, t)
        x = np.clip(x + change, -1.0, 1.0)
    assert x == pytest.approx(end, abs=0.1)


def test_amsgrad_without_bias_correction_is_the_papers_algorithm_2():
    w, grads = noise()
    ours = path(AMSGrad(0.1, 0.8, 0.95, eps=0.0, bias_correction=False), w, grads)[0]
    m = v = v_hat = np.zeros_like(w)
    for t, g in enumerate(grads):
        m, v = 0.8 * m + 0.2 * g, 0.95 * v + 0.05 * g * g
        v_hat = np.maximum(v_hat, v)
        w = w - 0.1 * m / np.sqrt(v_hat)
        np.testing.assert_allclose(ours[t], w, rtol=1e-10, atol=1e-12)


def test_no_adamax_step_is_longer_than_the_learning_rate_but_by_the_fading_of_the_maximum():
    w, grads = noise(200)
    grads = grads * np.logspace(-3, 3, 200)[np.random.default_rng(1).permutation(200), None]
    seen = path(AdaMax(0.1), w, grads)[0]
    longest = 0.1 * (1 - 0.9) / (1 - 0.9 / 0.999)  # gradients that fall by b2 at each update: 0.9 % above the rate
    assert np.abs(np.diff(seen, axis=0)).max() <= longest


def test_nadam_with_a_schedule_that_ends_at_once_is_the_plain_form():
    w, grads = noise()
    plain, dozat = Nadam(0.1, 0.8, 0.95), Nadam(0.1, 0.8, 0.95, momentum_decay=1e5, dozat=True)
    np.testing.assert_allclose(path(plain, w, grads)[0], path(dozat, w, grads)[0], rtol=1e-10, atol=1e-12)
    assert path(dozat, w, grads)[1]["p"] == pytest.approx(0.8 ** len(grads))


def test_radams_first_five_steps_are_bias_corrected_momentum():
    w, grads = noise(6)
    seen, m = path(RAdam(0.1), w, grads)[0], 0
    for t, g in enumerate(grads[:5], 1):
        m = 0.9 * m + 0.1 * g
        w = w - 0.1 * m / (1 - 0.9**t)
        np.testing.assert_allclose(seen[t - 1], w, rtol=1e-10, atol=1e-12)
    assert np.abs(seen[5] - seen[4]).max() < 0.1 * 0.2  # then r starts near 0.03


@pytest.mark.parametrize("b2", [0.9, 0.99, 0.999])
def test_radams_length_is_the_papers_in_single_precision_too(b2):
    """The paper's difference, in double precision, against the sums of a compiled rule whose b2 is traced."""
    rule, w = RAdam(b2=b2), jnp.zeros(1)
    move = jax.jit(lambda rule, slots, t: rule.update(w, slots, w, t)[1])
    slots = rule.init(w)
    for t in range(1, 101):
        slots = move(rule, slots, t)
        b = float(np.float32(b2))
        rho = 2 / (1 - b) - 1 - 2 * t * b**t / (1 - b**t)
        assert slots["a"].dtype == np.float32
        assert 2 * slots["c"] / slots["a"] - 1 == pytest.approx(rho, rel=3e-6)


@pytest.mark.parametrize("b2", [0.0, 1 / 3, 0.5, 0.6])
def test_radam_of_too_short_an_average_stays_with_momentum(b2):
    w, grads = noise()
    momentum = path(RAdam(0.1, threshold=1e9), w, grads)[0]
    np.testing.assert_array_equal(path(RAdam(0.1, b2=b2, threshold=0.0), w, grads)[0], momentum)


@pytest.mark.parametrize("corrected", [False, True])
def test_yogi_is_the_papers_algorithm_2_and_with_correction_the_authors_code(corrected):
    w, grads = noise()
    grads = grads * 10.0 ** np.sin(np.arange(60) / 9)[:, None]
    ours, last = path(Yogi(0.1, 0.8, 0.95, eps=1e-2, bias_correction=corrected, eps_hat=corrected), w, grads)
    m, v = np.zeros_like(w), np.full_like(w, 1e-6)
    for t, g in enumerate(grads, 1):
        m, v = 0.8 * m + 0.2 * g, v + 0.05 * np.sign(g * g - v) * g * g
        rate = 0.1 * np.sqrt(1 - 0.95**t) / (1 - 0.8**t) if corrected else 0.1
        w = w - rate * m / (np.sqrt(v) + 1e-2)
        np.testing.assert_allclose(ours[t - 1], w, rtol=1e-10, atol=1e-12)
    assert (last["v"] >= 0).all()

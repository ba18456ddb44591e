"""The engine against plain loops, and its promises about neighbours, plans and stops."""

import itertools
import time

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from descend.core.errors import BadValue
from descend.engine import NEVER, Control, Entry, Job, Run, pace, train
from descend.engine.order import Order
from descend.problems import Bowl, Parabola, find
from descend.rules import SGD, Adam, Momentum, Nesterov, NesterovLookahead

RATES = (1e-3, 1e-2, 1e-1)
ENTRIES = [Entry("sgd", tuple(SGD(r) for r in RATES)), Entry("adam", tuple(Adam(r) for r in RATES))]


def job(**changes):
    settings = {"problem": find("digits"), "entries": ENTRIES, "seeds": range(3), "steps": 30, "batch": 32, "judgements": 3}
    return Job(**(settings | changes))


@pytest.mark.parametrize("seed", [0, 677])
def test_a_lane_is_the_loop_that_one_would_write(seed):
    with jax.enable_x64(True):
        problem, steps, batch = find("digits"), 40, 48
        x, y = (jnp.asarray(a) for a in problem.resplit(seed).train)
        x = x.astype(float)
        ours = train(problem, Adam(0.01), steps=steps, seed=seed, batch=batch, keep_params=True)
        optimizer = optax.adam(0.01)
        params, aux = problem.init(jax.random.key(seed))
        state, losses = optimizer.init(params), []

        @jax.jit
        def step(params, state, rows):
            loss, grads = jax.value_and_grad(lambda p: problem.loss(p, aux, (x[rows], y[rows]), jax.random.key(0))[0])(params)
            changes, state = optimizer.update(grads, state, params)
            return loss, optax.apply_updates(params, changes), state

        for rows in Order(len(x), batch, (seed,)).take(steps, steps)[:, 0]:
            loss, params, state = step(params, state, rows)
            losses.append(loss)
        flat = np.concatenate([np.ravel(a) for a in jax.tree.leaves(params)])
        np.testing.assert_allclose(ours.losses, losses, rtol=1e-10)
        np.testing.assert_allclose(ours.params[-1], flat, rtol=1e-9, atol=1e-12)


def test_lanes_of_a_race_are_single_trainings():
    records = Run(job()).run()
    for row, (name, setting) in enumerate(records.names):
        rule = next(e for e in ENTRIES if e.name == name).settings[setting]
        alone = train(find("digits"), rule, steps=30, batch=32, seed=2)
        np.testing.assert_allclose(records.curves["loss"][row, 2], alone.losses, rtol=2e-4, atol=1e-5)
        np.testing.assert_allclose(records.metrics["loss"][row, 2, -1], alone.metrics["loss"][-1], rtol=2e-4, atol=1e-5)


def test_same_plan_is_bit_identical_and_another_plan_equal_to_rounding():
    first, again = Run(job()).run(), Run(job()).run()
    other = Run(job(width=2)).run()
    assert len(Run(job(width=2)).groups) > len(Run(job()).groups)
    for name in first.curves:
        np.testing.assert_array_equal(first.curves[name], again.curves[name])
        np.testing.assert_allclose(first.curves[name], other.curves[name], rtol=1e-3, atol=1e-5)
    np.testing.assert_array_equal(first.metrics["loss"], again.metrics["loss"])
    assert (first.done == 30).all()
    assert (other.done == 30).all()


def test_a_lost_lane_spoils_no_neighbour():
    wild = [Entry("sgd", (SGD(0.01), SGD(1e30))), Entry("adam", (Adam(0.01), Adam(0.02)))]
    tame = [Entry("sgd", (SGD(0.01), SGD(0.01))), Entry("adam", (Adam(0.01), Adam(0.02)))]
    records, calm = Run(job(entries=wild)).run(), Run(job(entries=tame)).run()
    np.testing.assert_array_equal(records.finite.all(axis=1), [True, False, True, True])
    for row in (0, 2, 3):
        np.testing.assert_array_equal(records.curves["loss"][row], calm.curves["loss"][row])


def test_a_group_that_is_lost_altogether_ends_early():
    records = Run(Job(Bowl(), [Entry("sgd", (SGD(1e30),))], [0], 100, judgements=10)).run()
    assert not records.finite.any()
    assert records.done.max() < 100


def test_seeds_differ_and_entrants_share_their_start():
    records = Run(job()).run()
    starts = records.curves["loss"][:, :, 0]
    np.testing.assert_allclose(starts, np.broadcast_to(starts[0], starts.shape), rtol=1e-6)
    assert len(np.unique(starts[0])) == 3


@pytest.mark.parametrize("steps", [1, 7, 97])
def test_any_number_of_steps_and_records(steps):
    records = Run(job(steps=steps, every=4)).run()
    np.testing.assert_array_equal(records.steps, np.arange(0, steps, 4))
    assert records.judged_steps[0] == 0
    assert records.judged_steps[-1] == steps
    full = Run(job(steps=steps, every=1)).run()
    np.testing.assert_allclose(records.curves["loss"], full.curves["loss"][:, :, ::4], rtol=1e-4, atol=1e-6)
    assert all(np.isfinite(values).all() for values in (*records.curves.values(), *records.metrics.values()))


def test_records_are_what_they_say():
    records = Run(Job(Bowl(), [Entry("sgd", (SGD(0.1),))], [0], 5, keep_params=True)).run()
    w = np.array([-5.0, -2.0])
    for step in range(5):
        g = np.array([0.2, 4]) * w
        np.testing.assert_allclose(records.curves["params"][0, 0, step], w, rtol=1e-5)
        np.testing.assert_allclose(records.curves["loss"][0, 0, step], 0.1 * w[0] ** 2 + 2 * w[1] ** 2, rtol=1e-5)
        np.testing.assert_allclose(records.curves["gradient_norm"][0, 0, step], np.linalg.norm(g), rtol=1e-5)
        np.testing.assert_allclose(records.curves["update_norm"][0, 0, step], np.linalg.norm(0.1 * g), rtol=1e-5)
        w = w - 0.1 * g
    np.testing.assert_allclose(records.metrics["params"][0, 0, -1], w, rtol=1e-5)


def test_the_norms_of_layers_make_up_those_of_every_lane():
    records = Run(job(seeds=[0, 1], steps=8, judgements=1, health=True)).run()
    for part in ("gradient", "update"):
        layers, whole = records.curves[f"{part}_norms"], records.curves[f"{part}_norm"]
        assert layers.shape == (6, 2, 8, 2)
        np.testing.assert_allclose(np.sqrt((layers**2).sum(-1)), whole, rtol=1e-5)
        assert (np.diff(whole[:3, :, 0], axis=0) > 0).all() == (part == "update")  # the rates of sgd, in order
    np.testing.assert_array_equal(records.curves["weight_norms"][:3, :, 0], records.curves["weight_norms"][3:, :, 0])


def test_losses_of_a_rule_that_looks_ahead_are_taken_at_its_weights():
    found = train(Bowl(), NesterovLookahead(0.1, 0.9), steps=20, keep_params=True)
    at = found.params[:-1]
    np.testing.assert_allclose(found.losses, 0.1 * at[:, 0] ** 2 + 2 * at[:, 1] ** 2, rtol=1e-5)
    assert not np.allclose(found.losses[1:], train(Bowl(), Nesterov(0.1, 0.9), steps=20).losses[1:])


def test_hits_and_last_steps_above_the_target():
    entries = [Entry("momentum", tuple(Momentum(r, 0.9) for r in (0.02, 0.3, 1e-4)))]
    records = Run(Job(Bowl(), entries, [0], 300, target=0.05)).run()
    for row in range(3):
        below = records.curves["loss"][row, 0] < 0.05
        assert records.hit[row, 0] == (np.argmax(below) if below.any() else NEVER)
        assert records.above[row, 0] == np.flatnonzero(~below)[-1]


def test_a_stop_keeps_what_there_is():
    seen = []
    control = Control(lambda p: seen.append(p) or (p.lane_steps > 0 and control.stop.set()))
    records = Run(job(steps=200, judgements=20)).run(control=control)
    assert records.stopped
    assert 0 < records.done.max() < 200
    lane = np.unravel_index(records.done.argmax(), records.done.shape)
    assert np.isfinite(records.curves["loss"][lane][: records.done.max()]).all()
    assert np.isnan(records.curves["loss"][lane][records.done.max() :]).all()


def test_progress_counts_every_lane_and_step():
    seen = []
    Run(job()).run(control=Control(seen.append))
    assert (seen[-1].finished, seen[-1].running, seen[-1].lane_steps) == (18, 0, 18 * 30)
    assert seen[-1].total_lane_steps == 18 * 30
    assert seen[-1].leader[0] in ("sgd", "adam")
    assert all(a.lane_steps <= b.lane_steps for a, b in itertools.pairwise(seen))


def test_training_ends_where_the_parabola_does():
    found = train("parabola", SGD(0.1), steps=20, keep_params=True)
    np.testing.assert_allclose(found.params[:, 0], 0.8 ** np.arange(21), rtol=1e-5)
    assert train(Parabola(), "sgd", steps=3).losses.shape == (3,)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 0}, "steps is 0, must be"),
        ({"batch": 0}, "batch is 0, must be"),
        ({"batch": "half"}, "batch is 'half', must be"),
        ({"batch": 10**6}, "has 10.. training rows; give at most"),
        ({"problem": Bowl(), "batch": 3}, "bowl has no rows"),
        ({"seeds": ()}, "at least one seed"),
        ({"seeds": range(10**9)}, r"6 settings x 1,000,000,000 seeds are 6,000,000,000 lanes, more than"),
        ({"steps": 10**9, "every": 1}, "too many to keep each; take at most 11,111,111"),
    ],
)
def test_bad_jobs_say_how_to_mend_them(changes, message):
    with pytest.raises(BadValue, match=message):
        job(**changes)


def test_one_entry_is_one_kind_of_rule():
    with pytest.raises(BadValue, match="kinds of settings in one entry"):
        Entry("both", (SGD(0.1), Adam(0.1)))


@pytest.mark.parametrize("batch", [8, "full"])
def test_how_a_race_is_cut_into_calls_changes_no_number(batch, monkeypatch):
    entries = [Entry("adam", (Adam(0.1), Adam(0.2)))]

    def trained():
        return Run(Job(find("iris"), entries, [0, 1], 90, batch, every=7, judgements=3)).run()

    whole = trained()
    monkeypatch.setattr(pace, "FIRST", 3)
    monkeypatch.setattr(pace, "CALL", 0.0)  # a step a call from there on
    monkeypatch.setattr(pace, "ORDER", 4 * 2 * 8 * 5)  # and never more than five
    cut = trained()
    for name, values in whole.curves.items():
        np.testing.assert_array_equal(cut.curves[name], values)
    for name, values in whole.metrics.items():
        np.testing.assert_array_equal(cut.metrics[name], values)
    assert (cut.done == whole.done).all()


def test_a_stop_far_from_a_judgement_does_not_wait_for_it():
    job = Job(find("iris"), [Entry("sgd", (SGD(0.1),))], [0], 10**9, 8)
    control = Control(lambda now: control.stop.set() if now.lane_steps > 1000 else None)
    begin = time.perf_counter()
    records = Run(job).run(control=control)
    assert time.perf_counter() - begin < 20
    assert records.stopped
    assert records.done.tolist() == [[0]]  # what came after the last judgement does not count


def test_the_pace_of_calls_comes_to_half_a_second_and_no_call_passes_a_judgement():
    calls, sizes = pace.Pace(10**6), []
    for moved, left in calls.calls(10**6, 300_000):
        sizes.append((moved, left))
        calls.record(moved, moved * 1e-5)
    assert sum(moved for moved, _ in sizes) == 10**6
    assert [moved for moved, _ in sizes[:5]] == [0, 64, 512, 4096, 32768]
    assert max(moved for moved, _ in sizes) in (49_999, 50_000)
    assert [left for _, left in sizes].count(0) == 5


def test_a_run_of_some_judgements_is_the_beginning_of_the_whole():
    run = Run(job(patience=3))
    part, whole = run.run(judgements=2), run.run()
    assert part.judged_steps.tolist() == whole.judged_steps.tolist()[:3] == [0, 10, 20]
    assert (part.done == 20).all()
    assert not part.stopped
    np.testing.assert_array_equal(part.curves["loss"], whole.curves["loss"][..., :20])
    np.testing.assert_array_equal(part.metrics["loss"], whole.metrics["loss"][..., :3])

import assert from "node:assert/strict";
import { test } from "node:test";
import { evenLimits, limits } from "../src/descent/decades.ts";
import { namesOf, freeLook } from "../src/names.ts";
import { readFrom, written } from "../src/text.ts";
import { START, type State } from "../src/state.ts";

const OTHER: State = {
  ...START,
  language: "zh",
  theme: "dark",
  hide: ["rules", "transport"],
  descent: {
    ...START.descent,
    problem: "formula",
    options: { text: "x^2 + 'y' & \"z\" # 100 %" },
    start: [1.25, -3e-7],
    at: 7,
    rules: [{ rule: "adam", values: { learning_rate: 0.1, eps_hat: true }, schedule: { name: "cosine" }, look: 3 }],
  },
};

test("a state comes back from the address that holds it, and the first one needs none", () => {
  assert.equal(written(START), "");
  assert.deepEqual(readFrom(""), START);
  for (const state of [OTHER, { ...START, descent: { ...START.descent, rules: [] } }])
    assert.deepEqual(readFrom(`#${written(state)}`), state);
});

test("an address that is nonsense shows what it can and nothing worse", () => {
  for (const hash of [
    "#%%%",
    "#{",
    "#12",
    "#[]",
    "#null",
    '#{"descent":5}',
    '#{"descent":{"rules":"all","steps":"many","start":{}}}',
  ]) {
    assert.deepEqual(readFrom(hash), START, hash);
  }
  const found = readFrom('#{"descent":{"rules":[5,{"rule":"sgd"},{"rule":"sgd","values":{},"look":0}],"unknown":1}}');
  assert.deepEqual(found.descent.rules, [{ rule: "sgd", values: {}, look: 0 }]);
});

test("what no control can show is left out of an address", () => {
  const rule = (look: unknown, rate: unknown): object => ({ rule: "sgd", values: { learning_rate: rate }, look });
  const rules = [rule(-1, 0.1), rule(1.5, "x"), rule(99, 0.1)];
  const found = readFrom(
    `#${encodeURIComponent(
      JSON.stringify({
        theme: "pink",
        hide: [1, "tabs"],
        descent: { rules, at: -3.5, start: ["a"] },
        stability: { probes: [["a", 1], [0.1, 0.2]], values: { b2: "x" } },
      }),
    )}`,
  );
  assert.deepEqual(
    found.descent.rules.map(({ look, values }) => [look, values]),
    [
      [0, { learning_rate: 0.1 }],
      [1, {}],
      [99, { learning_rate: 0.1 }],
    ],
  );
  assert.deepEqual([found.theme, found.hide, found.descent.at, found.descent.start], [null, ["tabs"], null, null]);
  assert.deepEqual([found.stability.probes, found.stability.values], [[[0.1, 0.2]], {}]);
});

test("the axis of losses ends not far above the start, and below 0 it is even", () => {
  assert.deepEqual(limits(0.01, 1e16, 10), [0.01, 1e5]);
  assert.deepEqual(limits(1e-30, 5, 10), [1e-14, 10]);
  const [low, high] = evenLimits(-90, 10, 10);
  assert.ok(low < -90 && high > 10 && high < 20);
  assert.ok(evenLimits(-1e30, 1e30, 10)[0] > -2e4);
});

test("rules of one name are told apart by what differs, and new ones take a free look", () => {
  const rules = [0.1, 0.2].map((rate, look) => ({ rule: "adam", values: { learning_rate: rate, b1: 0.9 }, look }));
  assert.deepEqual(namesOf([...rules, { rule: "ema_momentum", values: { learning_rate: 1 }, look: 3 }]), [
    "adam 0.1",
    "adam 0.2",
    "ema momentum",
  ]);
  assert.equal(freeLook(rules), 2);
});

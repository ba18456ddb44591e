import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTCHES, notchOf, shown, valueAt, type Range } from "../src/scale.ts";

const RANGES: Range[] = [
  { scale: "log", low: 1e-4, high: 10 },
  { scale: "memory", low: 0, high: 0.999 },
  { scale: "linear", low: -6, high: 6 },
  { scale: "whole", low: 1, high: 200 },
];

test("every notch has a number, rising from end to end, that stands at that notch", () => {
  for (const range of RANGES) {
    assert.equal(valueAt(range, 0), range.low);
    assert.equal(valueAt(range, NOTCHES), range.high);
    for (let notch = 1; notch <= NOTCHES; notch += 1) {
      assert.ok(valueAt(range, notch) >= valueAt(range, notch - 1), `${range.scale} ${notch}`);
      assert.ok(Math.abs(notchOf(range, valueAt(range, notch)) - notch) <= 2, `${range.scale} ${notch}`);
    }
  }
});

test("numbers on a slider are round, and those beyond its ends stand at the ends", () => {
  const [rates, memory] = RANGES as [Range, Range];
  assert.match(String(valueAt(rates, 123)), /^[\d.]{1,6}$/);
  assert.equal(valueAt(memory, NOTCHES / 3), 0.9);
  assert.equal(notchOf(rates, 0), 0);
  assert.equal(notchOf(rates, 1e9), NOTCHES);
  assert.equal(notchOf(memory, 1), NOTCHES);
});

test("numbers are written as people write them", () => {
  const written = [0.1, 1234.5, 5.487e16, 3.868e-4, -2.5e-9, 0, NaN, Infinity, null].map((value) => shown(value));
  assert.deepEqual(written, ["0.1", "1235", "5.487e16", "0.0003868", "\u22122.5e\u22129", "0", "\u2013", "\u221e", "\u2013"]);
});

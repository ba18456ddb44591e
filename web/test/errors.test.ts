import assert from "node:assert/strict";
import { test } from "node:test";
import { EN } from "../src/words/en.ts";
import { translator } from "../src/words/errors.ts";
import { ZH } from "../src/words/zh.ts";

const said = translator({
  SENTENCE: { "{what} is {value}, must be {KIND} (a.b)": "{KIND}: {value} = {what}" },
  KIND: { text: "TEXT", "from {low} to {high}": "{low}..{high}" },
});

test("a sentence is said with its values and its parts, in another order too", () => {
  assert.equal(said("steps is 7, must be from 1 to 5 (a.b)"), "1..5: 7 = steps");
  assert.equal(said("name is 'x is y, must be {KIND}', must be text (a.b)"), "TEXT: 'x is y, must be {KIND}' = name");
});

test("a sentence that is not in the catalogue, or has a part that is not, is not said", () => {
  for (const english of ["", "steps", "steps is 7, must be even (a.b)", "steps is 7, must be text (aXb)"])
    assert.equal(said(english), null, english);
});

test("what Python says is shown in the page's language, and as it is where there is no Chinese for it", () => {
  const [known, other] = ["noise is -1, must be from 0 to 100", "something else is wrong"];
  assert.deepEqual([EN.error(known), EN.error(other)], [known, other]);
  assert.deepEqual([ZH.error(known), ZH.error(other)], ["noise 是 -1，应为 0 到 100 之间的数", other]);
  assert.match(ZH.cannot(known), /^无法绘制：noise 是/);
  assert.match(ZH.lost("16 pages are open already: close one"), /（已打开 16 个页面，请先关闭一个）/);
});

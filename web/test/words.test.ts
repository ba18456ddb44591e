import assert from "node:assert/strict";
import { test } from "node:test";
import { EN } from "../src/words/en.ts";
import { wordsFor, type Words } from "../src/words/index.ts";
import { ZH } from "../src/words/zh.ts";
import { Axes, apart, visible } from "../src/axes.ts";

test("every entry of English is there in Chinese, in Chinese", () => {
  const keys = (words: object): string[] =>
    Object.entries(words).flatMap(([name, value]) => [
      name,
      ...(typeof value === "object" ? keys(value).map((inner) => `${name}.${inner}`) : []),
    ]);
  const there = new Set(keys(ZH));
  assert.deepEqual(
    keys(EN).filter((key) => !there.has(key)),
    [],
  );
  for (const words of [...Object.values(ZH.question), ...Object.values(ZH.numbers), ...Object.values(ZH.preset)])
    assert.match(words, /[\u4e00-\u9fff]/);
});

test("every regime is a sentence in both languages", () => {
  const numbers = { at: 3, rises: 1, turns: 5, settled: 12, left: 0.0004 };
  for (const words of [EN, ZH] as Words[]) {
    const said = ["diverges", "one_step", "rings", "restless", "zigzags", "arrives", "stuck", "falls", "slow", "leaves", "begins", "climbs"].map((kind) =>
      words.regime({ kind, ...numbers }),
    );
    said.push(...["maximum", "saddle", "level", "slope"].map((on) => words.regime({ kind: "stands", on })));
    assert.equal(new Set(said).size, 16);
    assert.ok(
      said.every((sentence) => !/undefined|null|NaN/.test(sentence)),
      said.join("\n"),
    );
  }
  assert.equal(EN.regime({ kind: "rings", rises: 7, settled: 12 }), "ringing: the loss rises 7 times before it settles at step 12");
});

test("the browser's language is spoken where it can be", () => {
  assert.deepEqual(
    ["zh-CN", "zh", "en-GB", "fr"].map((language) => wordsFor(language).code),
    ["zh", "zh", "en", "en"],
  );
});

test("places on a picture lead back to their points, and labels stand apart", () => {
  const axes = new Axes([-5, 3], [-1, 1], 800, 400);
  const [x, y] = axes.at([-3, 0.5]);
  assert.deepEqual(axes.under(x, y), [-3, 0.5]);
  assert.deepEqual(apart([50, 50, 10], 12, 0, 100), [50, 62, 10]);
  assert.deepEqual(apart([98, 99], 12, 0, 100), [88, 100]);
  assert.equal(
    visible(
      [
        [0, 0],
        [1e9, 0],
        [1, 1],
      ],
      100,
      100,
    ).length,
    1,
  );
  assert.equal(
    visible(
      [
        [0, 0],
        [NaN, 0],
      ],
      100,
      100,
    ).length,
    1,
  );
});

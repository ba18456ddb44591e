import assert from "node:assert/strict";
import { test } from "node:test";
import { colour, dash, LOOKS, THEMES } from "../src/looks.ts";

/** The contrast of two colours: Web Content Accessibility Guidelines 2.2, relative luminance. */
function contrast(one: string, other: string): number {
  const luminance = (ink: string): number =>
    [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
      const part = Number.parseInt(ink.slice(1 + 2 * i, 3 + 2 * i), 16) / 255;
      return sum + weight * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    }, 0);
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

test("every name can be read on its page", () => {
  for (const theme of Object.values(THEMES)) {
    LOOKS.forEach((_, look) => assert.ok(contrast(colour(look, theme), theme.page) >= 4.5, `${theme.name} ${look}`));
    for (const ink of [theme.ink, theme.quiet]) assert.ok(contrast(ink, theme.page) >= 4.5, ink);
  }
});

test("twice as many lines as there are colours are told apart", () => {
  const looks = Array.from({ length: 2 * LOOKS.length }, (_, look) => `${colour(look, THEMES.light)} ${dash(look).join(" ")}`);
  assert.equal(new Set(looks).size, looks.length);
});

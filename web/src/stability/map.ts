// The map of growth: colour where a rule comes closer, black where it diverges, a line at the edge between them.

import { rectangle, type Axes } from "../axes.ts";
import type { Theme } from "../looks.ts";
import type { Pen } from "../pen.ts";
import { shown as written } from "../scale.ts";
import { above, even, MARGIN } from "./areas.ts";
import { BEYOND, colourOf, EDGE } from "./colours.ts";
import { place, type Growth } from "./model.ts";

/** The map as a small picture, a pixel a value, to be stretched; where the rule diverges it is as pale as at the edge. */
export function image(growth: Growth): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [growth.width, growth.height];
  const on = canvas.getContext("2d") as CanvasRenderingContext2D;
  const pixels = on.createImageData(growth.width, growth.height);
  growth.values.forEach((value, i) => {
    const row = growth.height - 1 - Math.floor(i / growth.width);
    pixels.data.set([...colourOf(value, growth.sizes[i] ?? 0), 255], 4 * (row * growth.width + (i % growth.width)));
  });
  on.putImageData(pixels, 0, 0);
  return canvas;
}

const NARROW = 520; // a picture with no room for a longer key beside the name of its axis
const LEVELS = [0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.86, 0.9, 0.94, 0.97, 0.99];
const SIZES = [-5.8, -4, -3.5, -3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5]; // powers of ten

/** The map as filled contours, for a file that must stay sharp. */
export function drawContours(pen: Pen, growth: Growth, axes: Axes): void {
  const ink = (growth: number, size = 0): string => `rgb(${colourOf(growth, size).join(",")})`;
  LEVELS.forEach((level, i) => {
    pen.lines(above(growth.values, level, growth, axes), { fill: ink((level + (LEVELS[i + 1] ?? 1)) / 2) }, true);
  });
  if (!growth.sizes.length) return;
  const sizes = Array.from(growth.sizes, (size) => (size > 0 ? Math.log10(size) : -12));
  SIZES.forEach((level, i) => {
    pen.lines(above(sizes, level, growth, axes), { fill: ink(1, 10 ** ((level + (SIZES[i + 1] ?? level)) / 2)) }, true);
  });
}

/** Black where the rule diverges, with an edge that is found between the values. */
export function drawBeyond(pen: Pen, growth: Growth, axes: Axes): void {
  pen.lines(above(growth.values, EDGE, growth, axes, even), { fill: BEYOND }, true);
}

/** What the colours mean: green up to 1, black above, and where a rule circles, orange by the size of its circles. */
export function drawKey(pen: Pen, { linear }: Growth, theme: Theme, circles: string): void {
  const [width, height, top] = [linear ? 84 : 60, 10, 6];
  let right = pen.width - MARGIN.right;
  const box = (x: number, across: number, fill: string, stroke = fill): void =>
    pen.lines([rectangle(x + across / 2, top + height / 2, across / 2, height / 2)], { fill, stroke }, true);
  const text = (x: number, words: string, anchor: "end" | "start"): void =>
    pen.text(x, top + height / 2, words, { fill: theme.quiet, size: 12, anchor });
  const bar = (left: number, ink: (share: number) => readonly number[]): void => {
    for (let x = 0; x < width; x += 4) box(left + x, 4, `rgb(${ink((x + 2) / width).join(",")})`);
  };
  box(right - 36, height, BEYOND, theme.quiet);
  text(right - 22, "> 1", "start");
  right -= 52 + width;
  bar(right, (share) => colourOf(share, 0));
  text(right + width + 4, "1", "start");
  text(right - 5, "\u00d7 0", "end");
  if (linear || pen.width < NARROW) return;
  right -= 36 + width;
  bar(right, (share) => colourOf(1, 10 ** (5.5 * share - 4)));
  text(right - 5, circles, "end");
}

/** The axes with few ticks, and their names. */
export function drawFrame(pen: Pen, growth: Growth, axes: Axes, theme: Theme, names: readonly [string, string]): void {
  const ticks = growth.linear ? [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => share * growth.rates[1]) : [1e-3, 1e-2, 0.1, 1, 10];
  const bottom = MARGIN.top + axes.height;
  for (const tick of ticks) {
    const [x] = axes.at([place(growth, tick), 0]);
    pen.text(MARGIN.left + x, bottom + 13, written(tick, 3), { fill: theme.quiet, size: 12, anchor: "middle" });
  }
  for (const tick of [0, 0.25, 0.5, 0.75]) {
    const [, y] = axes.at([0, tick]);
    pen.text(MARGIN.left - 8, MARGIN.top + y, written(tick, 2), { fill: theme.quiet, size: 12, anchor: "end" });
  }
  pen.text(MARGIN.left + axes.width / 2, bottom + 32, names[0], { fill: theme.ink, size: 13, anchor: "middle" });
  pen.text(4, 11, names[1], { fill: theme.ink, size: 13 });
}

/** The probes as numbered rings that show on every colour. */
export function drawProbes(pen: Pen, growth: Growth, axes: Axes, probes: readonly (readonly [number, number])[]): void {
  probes.forEach(([rate, other], i) => {
    const [x, y] = axes.at([place(growth, rate), other]);
    pen.circle(MARGIN.left + x, MARGIN.top + y, 12, { fill: "#ffffff", stroke: "#101418", width: 2 });
    pen.text(MARGIN.left + x, MARGIN.top + y + 0.5, String(i + 1), { fill: "#101418", size: 13, anchor: "middle" });
  });
}

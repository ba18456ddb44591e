// The map of growth: colour where a rule comes closer, black where it diverges, a line at the edge between them.

import { contours } from "d3-contour";
import { Axes, type Point } from "../axes.ts";
import type { Theme } from "../looks.ts";
import type { Pen } from "../pen.ts";
import { shown as written } from "../scale.ts";
import { colourOf } from "./colours.ts";
import { place, type Growth } from "./model.ts";

export const MARGIN = { left: 58, bottom: 42, top: 26, right: 20 };

/** The axes of the map's inner part: learning rates as they stand on the axis (logarithms on a ladder). */
export function axesOf(growth: Growth, width: number, height: number): Axes {
  return new Axes(
    [place(growth, growth.rates[0]), place(growth, growth.rates[1])],
    growth.others,
    width - MARGIN.left - MARGIN.right,
    height - MARGIN.top - MARGIN.bottom,
  );
}

/** The map as a small picture, a pixel a value, to be stretched. */
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

const GROWTHS = [0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.86, 0.9, 0.94, 0.97, 0.99, 1 + 1e-6];
const SIZES = [-5.8, -4, -3.5, -3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5]; // powers of ten

/** The map as filled contours, for a file that must stay sharp. */
export function drawContours(pen: Pen, growth: Growth, axes: Axes): void {
  const fill = (values: ArrayLike<number>, levels: readonly number[], ink: (low: number, high?: number) => readonly number[]) => {
    const found = contours().size([growth.width, growth.height]).thresholds([...levels])(Array.from(values));
    found.forEach(({ value, coordinates }, i) =>
      pen.lines(ringsOf(coordinates, growth, axes), { fill: `rgb(${ink(value, levels[i + 1]).join(",")})` }, true),
    );
  };
  const circles = Array.from(growth.sizes, (size) => (size > 0 ? Math.log10(size) : -12));
  fill(growth.values, GROWTHS, (low, high) => colourOf(high === undefined ? 2 : Math.min((low + high) / 2, 1), 0));
  if (circles.length) fill(circles, SIZES, (low, high) => colourOf(1, 10 ** ((low + (high ?? low)) / 2)));
}

function ringsOf(polygons: number[][][][], growth: Growth, axes: Axes): Point[][] {
  const at = ([x, y]: number[]): Point => [
    MARGIN.left + (((x as number) - 0.5) / (growth.width - 1)) * axes.width,
    MARGIN.top + (1 - ((y as number) - 0.5) / (growth.height - 1)) * axes.height,
  ];
  return polygons.flatMap((polygon) => polygon.map((ring) => ring.map(at)));
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

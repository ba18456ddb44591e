// The map of growth: colour where a rule comes closer, black where it diverges, a line at the edge between them.

import { contours } from "d3-contour";
import { Axes, rectangle, type Point } from "../axes.ts";
import type { Theme } from "../looks.ts";
import type { Pen } from "../pen.ts";
import { shown as written } from "../scale.ts";
import { BEYOND, colourOf, edge } from "./colours.ts";
import { place, type Growth } from "./model.ts";

export const MARGIN = { left: 58, bottom: 42, top: 26, right: 20 };

const REACH = 3; // points on either side
const MOST = 2; // a growth beyond it is drawn as if it were this: an edge cannot be found beside what is infinite

/** The axes of the map's inner part: learning rates as they stand on the axis (logarithms on a ladder). */
export function axesOf(growth: Growth, width: number, height: number): Axes {
  return new Axes(
    [place(growth, growth.rates[0]), place(growth, growth.rates[1])],
    growth.others,
    width - MARGIN.left - MARGIN.right,
    height - MARGIN.top - MARGIN.bottom,
  );
}

/** The map as a small picture, a pixel a value, to be stretched; where the rule diverges it is as pale as at the edge. */
export function image(growth: Growth): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [growth.width, growth.height];
  const on = canvas.getContext("2d") as CanvasRenderingContext2D;
  const pixels = on.createImageData(growth.width, growth.height);
  growth.values.forEach((value, i) => {
    const row = growth.height - 1 - Math.floor(i / growth.width);
    pixels.data.set([...colourOf(value), 255], 4 * (row * growth.width + (i % growth.width)));
  });
  on.putImageData(pixels, 0, 0);
  return canvas;
}

/** The map as filled contours, for a file that must stay sharp. */
export function drawContours(pen: Pen, growth: Growth, axes: Axes): void {
  const levels = [0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.86, 0.9, 0.94, 0.97, 0.99];
  levels.forEach((level, i) => {
    const ink = colourOf((level + (levels[i + 1] ?? 1)) / 2);
    pen.lines(above(level, growth, axes), { fill: `rgb(${ink.join(",")})` }, true);
  });
}

/** Black where the rule diverges, with an edge that is found between the values. */
export function drawBeyond(pen: Pen, growth: Growth, axes: Axes): void {
  pen.lines(above(edge(growth.linear), growth, axes, even), { fill: BEYOND }, true);
}

type Ring = readonly number[][];

/** Where the growth is above a level: rings, on the picture. */
function above(
  level: number,
  growth: Growth,
  { width, height }: Axes,
  drawn: (ring: Ring, on: Growth) => Ring = (ring) => ring,
): Point[][] {
  const values = Array.from(growth.values, (value) => (value <= MOST ? value : MOST));
  const within = (share: number): number => Math.min(Math.max(share, 0), 1);
  const at = ([x, y]: number[]): Point => [
    MARGIN.left + within(((x as number) - 0.5) / (growth.width - 1)) * width,
    MARGIN.top + (1 - within(((y as number) - 0.5) / (growth.height - 1))) * height,
  ];
  const { coordinates } = contours().size([growth.width, growth.height]).contour(values, level);
  return coordinates.flatMap((polygon) => polygon.map((ring) => drawn(ring, growth).map(at)));
}

/** A ring without the small waves of its cells: each point is the mean of those around it, up to where the map ends. */
function even(closed: Ring, { width, height }: Growth): Ring {
  const ring = closed.slice(0, -1); // its last point is the first again
  const near = (i: number): readonly number[] => ring[(i + ring.length) % ring.length] as number[];
  const inner = (i: number): boolean => {
    const [x, y] = near(i) as [number, number];
    return x > 0.5 && y > 0.5 && x < width - 0.5 && y < height - 0.5;
  };
  const most = Math.min(REACH, Math.floor(ring.length / 8)); // a small ring is not drawn together
  return ring.map((point, i) => {
    let reach = 0;
    while (reach < most && inner(i - reach) && inner(i + reach)) reach += 1;
    const around = Array.from({ length: 2 * reach + 1 }, (_, k) => near(i + k - reach));
    return point.map((_, axis) => around.reduce((sum, one) => sum + (one[axis] as number), 0) / around.length);
  });
}

/** What the colours mean: from 0, where an update leaves nothing of the distance, to 1, and black above. */
export function drawKey(pen: Pen, theme: Theme): void {
  const [width, height, right] = [84, 10, pen.width - MARGIN.right];
  const [left, top] = [right - width - 52, 6];
  const box = (x: number, across: number, fill: string, stroke = fill): void =>
    pen.lines([rectangle(x + across / 2, top + height / 2, across / 2, height / 2)], { fill, stroke }, true);
  for (let x = 0; x < width; x += 4) box(left + x, 4, `rgb(${colourOf((x + 2) / width).join(",")})`);
  box(right - 36, height, BEYOND, theme.quiet);
  const words: [number, string, "end" | "start"][] = [
    [left - 5, "\u00d7 0", "end"],
    [left + width + 4, "1", "start"],
    [right - 22, "> 1", "start"],
  ];
  for (const [x, text, anchor] of words) pen.text(x, top + height / 2, text, { fill: theme.quiet, size: 12, anchor });
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

// The ground of a field: filled contours with their lines, in the coordinates of the surface.

import { contours } from "d3-contour";
import { ground, type Theme } from "./looks.ts";
import type { Pen } from "./pen.ts";
import { rectangle, type Axes, type Point } from "./axes.ts";

export interface Ground {
  readonly rings: readonly (readonly Point[][])[]; // by level, from low to high
}

/** Contours of values (rows of x2, side by side) at rising levels; where there is no value it counts as high. */
export function contoured(
  values: Float32Array,
  side: number,
  levels: Float32Array,
  bounds: readonly (readonly [number, number])[],
): Ground {
  const top = levels.at(-1) ?? 0;
  const filled = Array.from(values, (value) => (Number.isNaN(value) ? 2 * Math.abs(top) + 1 : value));
  const [[x0, x1], [y0, y1]] = bounds as [[number, number], [number, number]];
  const place = ([x, y]: number[]): Point => [
    x0 + (((x as number) - 0.5) / (side - 1)) * (x1 - x0),
    y0 + (((y as number) - 0.5) / (side - 1)) * (y1 - y0),
  ];
  const found = contours()
    .size([side, side])
    .thresholds([...levels])(filled);
  return { rings: found.map((level) => level.coordinates.flatMap((polygon) => polygon.map((ring) => ring.map(place)))) };
}

/** Draw a ground: white valleys in blue-grey hills, or dark ones. */
export function drawGround(pen: Pen, on: Ground, axes: Axes, theme: Theme): void {
  const count = Math.max(on.rings.length - 1, 1);
  const [x, y] = [pen.width / 2, pen.height / 2];
  pen.lines([rectangle(x, y, x, y)], { fill: ground(0, theme) }, true);
  on.rings.forEach((rings, level) => {
    const placed = rings.map((ring) => ring.map(axes.at));
    const line = level ? { stroke: theme.contour, width: 0.5 } : {};
    pen.lines(placed, { fill: ground(level / count, theme), ...line }, true);
  });
}

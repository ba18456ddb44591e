// Where the map lies on the picture, and its areas: what is above a level.

import { contours } from "d3-contour";
import { Axes, type Point } from "../axes.ts";
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

type Ring = readonly number[][];

/** Where values, one for each of the growth's, are above a level: rings, on the picture. */
export function above(
  given: ArrayLike<number>,
  level: number,
  growth: Growth,
  { width, height }: Axes,
  drawn: (ring: Ring, on: Growth) => Ring = (ring) => ring,
): Point[][] {
  const values = Array.from(given, (value) => (value <= MOST ? value : MOST));
  const within = (share: number): number => Math.min(Math.max(share, 0), 1);
  const at = ([x, y]: number[]): Point => [
    MARGIN.left + within(((x as number) - 0.5) / (growth.width - 1)) * width,
    MARGIN.top + (1 - within(((y as number) - 0.5) / (growth.height - 1))) * height,
  ];
  const { coordinates } = contours().size([growth.width, growth.height]).contour(values, level);
  return coordinates.flatMap((polygon) => polygon.map((ring) => drawn(ring, growth).map(at)));
}

/** A ring without the small waves of its cells: each point is the mean of those around it, up to where the map ends. */
export function even(closed: Ring, { width, height }: Growth): Ring {
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

// Drawing once, on a canvas or as SVG: what either pen can do.

import type { Point } from "./axes.ts";

export interface Style {
  readonly stroke?: string;
  readonly fill?: string;
  readonly width?: number;
  readonly dash?: readonly number[];
  readonly alpha?: number;
}

export interface TextStyle extends Style {
  readonly size?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly halo?: string; // the colour around the letters
}

/** Lines, each through its points. */
export type Rings = readonly (readonly Point[])[];

export interface Pen {
  readonly width: number;
  readonly height: number;
  /** Lines through points; closed ones are filled together, so that a ring inside another is a hole. */
  lines(rings: Rings, style: Style, closed?: boolean): void;
  circle(x: number, y: number, radius: number, style: Style): void;
  text(x: number, y: number, text: string, style: TextStyle): void;
}

/** The letters of every picture. */
export const FONT = "system-ui, 'Noto Sans CJK SC', sans-serif";

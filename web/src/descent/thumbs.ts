// Small pictures in the controls: a surface's thumbnail, and a rule's line.

import type { ProblemChoice } from "../catalogue.ts";
import { h } from "../dom.ts";
import { dash, ground, type Theme } from "../looks.ts";

/** A small picture of a surface: its contours in eight shades, or its curve. */
export function thumbnail(problem: ProblemChoice, theme: Theme): HTMLCanvasElement {
  const canvas = h("canvas", { width: 64, height: 48, "aria-hidden": "true" });
  const on = canvas.getContext("2d") as CanvasRenderingContext2D;
  const side = problem.count === 2 ? Math.round(Math.sqrt(problem.thumbnail.length)) : problem.thumbnail.length;
  if (problem.count === 1) {
    const finite = problem.thumbnail.filter(Number.isFinite);
    const [low, high] = [Math.min(...finite), Math.max(...finite)];
    on.strokeStyle = theme.quiet;
    on.lineWidth = 2;
    problem.thumbnail.forEach((value, i) =>
      on[i ? "lineTo" : "moveTo"]((i / (side - 1)) * 64, 44 - ((value - low) / (high - low || 1)) * 40),
    );
    on.stroke();
    return canvas;
  }
  problem.thumbnail.forEach((share, i) => {
    on.fillStyle = ground(Math.round(share * 7) / 7, theme);
    on.fillRect(((i % side) * 64) / side, 48 - ((Math.floor(i / side) + 1) * 48) / side, 64 / side + 0.5, 48 / side + 0.5);
  });
  return canvas;
}

/** A line in the rule's colour and dash pattern. */
export function swatch(look: number, ink: string): HTMLCanvasElement {
  const canvas = h("canvas", { width: 68, height: 16, class: "swatch", "aria-hidden": "true" });
  const on = canvas.getContext("2d") as CanvasRenderingContext2D;
  on.strokeStyle = ink;
  on.lineWidth = 5;
  on.setLineDash(dash(look).map((part) => 2 * part));
  on.moveTo(0, 8);
  on.lineTo(68, 8);
  on.stroke();
  return canvas;
}

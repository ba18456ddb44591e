// The ground beneath the ways: the surface's contours, or its curve.

import type { Axes, Point, Span } from "../axes.ts";
import { CanvasPen } from "../canvas.ts";
import { contoured, drawGround, type Ground } from "../contour.ts";
import type { Theme } from "../looks.ts";
import type { Pen } from "../pen.ts";
import type { Field, Shown } from "./model.ts";
import { drawTicks } from "./picture.ts";

let kept: { field: Field; bounds: string; ground: Ground } | null = null;

/** Everything but the ways: it changes with the surface, the size and the theme only. */
export function drawBackground(pen: Pen, shown: Shown, axes: Axes, theme: Theme): void {
  drawSurface(pen, shown, axes, theme);
  drawTicks(pen, axes, theme);
}

function drawSurface(pen: Pen, shown: Shown, axes: Axes, theme: Theme): void {
  if (shown.bounds.length === 2) return drawGround(pen, groundOf(shown), axes, theme);
  const { values, side } = shown.field;
  const [low, high] = shown.bounds[0] as Span;
  const curve = Array.from(values, (value, i): Point => axes.at([low + ((high - low) * i) / (side - 1), value]));
  pen.lines([curve.filter((point) => point.every(Number.isFinite))], { stroke: theme.contour, width: 2 });
}

/** The contours, which are found anew for another field only. */
function groundOf({ field, bounds: spans }: Shown): Ground {
  const bounds = JSON.stringify(spans);
  if (kept?.field !== field || kept.bounds !== bounds) {
    kept = { field, bounds, ground: contoured(field.values, field.side, field.levels, spans) };
  }
  return kept.ground;
}

/** A canvas with the background, to be copied at every movement. */
export class Background {
  private readonly canvas = document.createElement("canvas");
  private drawn: { field: Field; key: string } | null = null;

  /** Copy the background under `pen`, drawing it anew where it has changed. */
  under(pen: CanvasPen, shown: Shown, axes: Axes, theme: Theme): void {
    const key = `${axes.width} ${axes.height} ${theme.name} ${JSON.stringify(shown.bounds)}`;
    if (this.drawn?.field !== shown.field || this.drawn.key !== key) {
      drawBackground(new CanvasPen(this.canvas, axes.width, axes.height), shown, axes, theme);
      this.drawn = { field: shown.field, key };
    }
    pen.copy(this.canvas);
  }
}

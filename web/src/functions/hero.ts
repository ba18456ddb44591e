// The large pictures: the curves, and beneath them their slopes.

import { CanvasPen } from "../canvas.ts";
import { h, roomFor } from "../dom.ts";
import { pass, type Place } from "../drag.ts";
import type { Theme } from "../looks.ts";
import { SvgPen } from "../svg.ts";
import type { Plot } from "./model.ts";
import { draw } from "./plot.ts";

export class Hero {
  readonly curves = h("canvas", { class: "hero map", role: "img" });
  readonly slopes = h("canvas", { class: "hero map", "aria-hidden": "true" });

  /** `passed` is called where a pointer passes over either. */
  constructor(passed: (place: Place) => void) {
    pass(this.curves, passed);
    pass(this.slopes, passed);
  }

  draw(plots: readonly Plot[], theme: Theme, at: number): void {
    const width = roomFor(this.curves);
    const heights =
      plots.length > 1
        ? [Math.min(0.4 * innerHeight, 0.7 * width), Math.min(0.26 * innerHeight, 0.5 * width)]
        : [Math.min(0.6 * innerHeight, 0.8 * width)];
    [this.curves, this.slopes].forEach((canvas, i) => {
      const [plot, height] = [plots[i], heights[i]];
      canvas.hidden = !plot;
      if (!plot || !height) return;
      canvas.style.height = `${height}px`;
      draw(new CanvasPen(canvas, width, height), plot, theme, at);
    });
  }

  /** Both pictures, one above the other. */
  svg(plots: readonly Plot[], theme: Theme, at: number): string {
    const heights = [520, 340].slice(0, plots.length);
    const pen = new SvgPen(900, heights.reduce((sum, height) => sum + height, 0), theme.page);
    plots.forEach((plot, i) => draw(pen.part(i ? 520 : 0, heights[i] ?? 0), plot, theme, at));
    return pen.toString();
  }
}

// The large picture: the surface and every rule's way on it, whose start is moved by pointer.

import { CanvasPen } from "../canvas.ts";
import { h, roomFor } from "../dom.ts";
import { drag, type Place } from "../drag.ts";
import { rounded } from "../scale.ts";
import { SvgPen } from "../svg.ts";
import { Background, drawBackground } from "./background.ts";
import type { Shown } from "./model.ts";
import { axesOf, drawWays } from "./picture.ts";
import type { Scene } from "./scene.ts";

export class Hero {
  readonly element = h("canvas", { class: "hero", role: "img" });
  private readonly background = new Background();

  /** `movable` gives the picture whose start may be moved now, if any; `move` is called with where to. */
  constructor(movable: () => Shown | null, move: (start: number[]) => void) {
    drag(this.element, (place) => {
      const shown = movable();
      if (shown) move(startAt(place, shown));
    });
  }

  draw(scene: Scene): void {
    const [width, height] = this.size(scene.shown);
    this.element.style.height = `${height}px`;
    const axes = axesOf(scene.shown, width, height);
    const pen = new CanvasPen(this.element, width, height);
    this.background.under(pen, scene.shown, axes, scene.theme);
    drawWays(pen, scene, axes);
  }

  svg(scene: Scene): string {
    const [width, height] = this.size(scene.shown);
    const axes = axesOf(scene.shown, width, height);
    const pen = new SvgPen(width, height, scene.theme.page);
    drawBackground(pen, scene.shown, axes, scene.theme);
    drawWays(pen, scene, axes);
    return pen.toString();
  }

  private size(shown: Shown): [number, number] {
    const width = roomFor(this.element);
    const [x, y] = shown.bounds;
    const shape = x && y ? (y[1] - y[0]) / (x[1] - x[0]) : 0.6;
    return [width, Math.round(Math.min(width * Math.min(Math.max(shape, 0.5), 0.85), 0.56 * innerHeight))];
  }
}

function startAt({ left, top, width, height }: Place, shown: Shown): number[] {
  const point = axesOf(shown, width, height).under(left, top);
  return shown.bounds.map(([low, high], axis) => rounded(Math.min(Math.max(point[axis] as number, low), high), 3));
}

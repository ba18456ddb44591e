// The large picture: the map with the probes, which are moved by pointer.

import { CanvasPen } from "../canvas.ts";
import { h, roomFor } from "../dom.ts";
import { drag, type Place } from "../drag.ts";
import type { Pen } from "../pen.ts";
import { rounded } from "../scale.ts";
import { SvgPen } from "../svg.ts";
import { axesOf, MARGIN } from "./areas.ts";
import { drawBeyond, drawContours, drawFrame, drawKey, drawProbes, image } from "./map.ts";
import { place, rateAt, type Growth } from "./model.ts";
import type { Settings } from "./settings.ts";

export class Hero {
  readonly element = h("canvas", { class: "hero map", role: "img" });
  private readonly settings: Settings;
  private drawn: { growth: Growth; picture: HTMLCanvasElement } | null = null;

  /** `growth` gives the map that is there, if any. */
  constructor(settings: Settings, growth: () => Growth | null) {
    this.settings = settings;
    let held = -1;
    const move = (at: Place): void => {
      const map = growth();
      if (map) settings.changeProbe(held, under(at, map));
    };
    drag(this.element, move, (at) => {
      const map = growth();
      if (map) held = nearest(settings.state.probes, under(at, map), map);
      return map !== null;
    });
  }

  draw(growth: Growth): void {
    if (this.drawn?.growth !== growth) this.drawn = { growth, picture: image(growth) };
    const [width, height] = this.size();
    this.element.style.height = `${height}px`;
    const pen = new CanvasPen(this.element, width, height);
    const axes = axesOf(growth, width, height);
    pen.stretch(this.drawn.picture, MARGIN.left, MARGIN.top, axes.width, axes.height);
    this.drawOver(pen, growth);
  }

  svg(growth: Growth): string {
    const [width, height] = this.size();
    const pen = new SvgPen(width, height, this.settings.context.theme().page);
    drawContours(pen, growth, axesOf(growth, width, height));
    this.drawOver(pen, growth);
    return pen.toString();
  }

  private drawOver(pen: Pen, growth: Growth): void {
    const { context, names, state } = this.settings;
    const axes = axesOf(growth, pen.width, pen.height);
    drawBeyond(pen, growth, axes);
    drawFrame(pen, growth, axes, context.theme(), names);
    drawKey(pen, growth, context.theme(), context.words().stability.circling);
    drawProbes(pen, growth, axes, state.probes);
  }

  private size(): [number, number] {
    const width = roomFor(this.element);
    return [width, Math.round(Math.min(0.62 * width + 20, 0.58 * innerHeight + 40))];
  }
}

/** The learning rate and the other number at a place of the picture. */
function under({ left, top, width, height }: Place, growth: Growth): [number, number] {
  const axes = axesOf(growth, width, height);
  const [x, other] = axes.under(
    Math.min(Math.max(left - MARGIN.left, 0), axes.width),
    Math.min(Math.max(top - MARGIN.top, 0), axes.height),
  );
  return [rounded(rateAt(growth, x), 3), rounded(Math.min(Math.max(other, 0), 0.99), 3)];
}

/** Which probe is nearest to a point, as the map shows it. */
function nearest(probes: readonly (readonly [number, number])[], at: readonly [number, number], growth: Growth): number {
  const x = (rate: number): number => place(growth, Math.max(rate, 1e-9));
  const across = place(growth, growth.rates[1]) - place(growth, growth.rates[0]);
  const far = probes.map(([rate, other]) => Math.hypot((x(rate) - x(at[0])) / across, other - at[1]));
  return far.indexOf(Math.min(...far));
}

// The sliders of a view, which follow the state.

import type { Range } from "./scale.ts";
import { slider, type Slider } from "./slider.ts";

export class Sliders {
  private made: { slider: Slider; read: () => number; range: () => Range }[] = [];

  /** A slider of the number that `read` gives; its range may change too. The rest is as in slider.ts. */
  add(
    owner: string,
    label: string,
    key: string,
    range: Range | (() => Range),
    read: () => number,
    moved: (value: number) => void,
  ): HTMLElement {
    const along = typeof range === "function" ? range : (): Range => range;
    const one = slider(owner, label, key, along(), read(), moved);
    this.made.push({ slider: one, read, range: along });
    return one.element;
  }

  /** Move each to its number. */
  follow(): void {
    for (const { slider: one, read, range } of this.made) one.set(read(), range());
  }

  /** Forget them all, before others are made. */
  clear(): void {
    this.made = [];
  }
}

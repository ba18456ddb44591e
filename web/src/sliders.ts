// The sliders of a view, which follow the state.

import type { Range } from "./scale.ts";
import { slider, type Slider } from "./slider.ts";

export class Sliders {
  private made: { slider: Slider; read: () => number }[] = [];

  /** A slider of the number that `read` gives; the rest is as in slider.ts. */
  add(
    owner: string,
    label: string,
    key: string,
    range: Range,
    read: () => number,
    moved: (value: number) => void,
  ): HTMLElement {
    const one = slider(owner, label, key, range, read(), moved);
    this.made.push({ slider: one, read });
    return one.element;
  }

  /** Move each to its number. */
  follow(): void {
    for (const { slider: one, read } of this.made) one.set(read());
  }

  /** Forget them all, before others are made. */
  clear(): void {
    this.made = [];
  }
}

// A cell of a notebook as a home: the widget's model keeps the state, and Python may set it.

import { h } from "./dom.ts";
import type { Home } from "./home.ts";
import type { Model } from "./model.ts";
import type { State } from "./state.ts";
import { differing, stateOf } from "./text.ts";
import type { Words } from "./words/index.ts";

export class Cell implements Home {
  private readonly model: Model;
  private known = "";
  private light = inkIsLight();

  constructor(model: Model) {
    this.model = model;
  }

  read(): State {
    const state = stateOf(this.model.get("state"));
    this.known = JSON.stringify(differing(state));
    return state;
  }

  write(state: State): void {
    const found = differing(state);
    this.known = JSON.stringify(found);
    this.model.set("state", found);
    this.model.save_changes();
  }

  watch(moved: () => void, lit: () => void, signal: AbortSignal): void {
    const changed = (): void => {
      if (JSON.stringify(differing(stateOf(this.model.get("state")))) !== this.known) moved();
    };
    this.model.on("change:state", changed);
    const observer = new MutationObserver(() => {
      this.light = inkIsLight();
      lit();
    });
    // Each notebook marks its theme in its own way, but always here.
    for (const element of [document.documentElement, document.body]) observer.observe(element, { attributes: true });
    signal.addEventListener("abort", () => {
      this.model.off("change:state", changed);
      observer.disconnect();
    });
  }

  dark(): boolean {
    return this.light;
  }

  lost(words: Words): string {
    return words.unanswered;
  }

  dress(): void {}
}

/** Whether the notebook writes in light ink, whatever it calls its theme. */
function inkIsLight(): boolean {
  const pen = h("canvas", { width: 1, height: 1 }).getContext("2d") as CanvasRenderingContext2D;
  pen.fillStyle = getComputedStyle(document.body).color;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data as unknown as [number, number, number];
  return red + green + blue > (3 * 255) / 2;
}

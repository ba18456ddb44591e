// The line that says what Python cannot draw, and why.

import { h } from "./dom.ts";
import type { Frame } from "./frame.ts";
import type { Words } from "./words/index.ts";

export class Trouble {
  readonly element = h("p", { class: "trouble", role: "alert", hidden: true });

  /** Whether a frame is an error, which is then shown; the one before is hidden. */
  found(frame: Frame, words: Words): boolean {
    const error = frame.header["error"];
    this.element.hidden = typeof error !== "string";
    if (typeof error === "string") this.element.textContent = words.cannot(error);
    return typeof error === "string";
  }
}

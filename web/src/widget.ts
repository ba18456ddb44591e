// What a notebook calls to show the lab in a cell.

import { mount } from "./app.ts";
import { Cell } from "./cell.ts";
import { Comm } from "./comm.ts";
import type { Model } from "./model.ts";

const QUIET = "data-lm-suppress-shortcuts"; // Jupyter's: keys typed at this element are none of its commands

export function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const wire = new Comm(model);
  const unmount = mount(el, wire, new Cell(model));
  const left = new AbortController();
  addEventListener("keydown", (event) => keep(event, el), { capture: true, signal: left.signal });
  wire.connect();
  return () => {
    left.abort();
    wire.leave();
    unmount();
  };
}

/** Without this an arrow would leave the slider for the next cell, and "d d" delete the cell. Ctrl-S still saves. */
function keep(event: KeyboardEvent, el: HTMLElement): void {
  const at = event.target;
  if (at instanceof Element && el.contains(at)) at.toggleAttribute(QUIET, !event.ctrlKey && !event.metaKey);
}

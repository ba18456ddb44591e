// A slider whose label is a sentence: "learning rate 0.02". The number may be typed as well.

import { h } from "./dom.ts";
import { NOTCHES, notchOf, rounded, valueAt, type Range } from "./scale.ts";

export interface Slider {
  readonly element: HTMLElement;
  /** Move it to a number, over a range that may be another. */
  set(value: number, over: Range): void;
}

/** `owner` goes before the label for those who hear it ("rule 1, momentum"). `moved` is called at every movement. */
export function slider(
  owner: string,
  label: string,
  key: string,
  over: Range,
  value: number,
  moved: (value: number) => void,
): Slider {
  let range = over;
  const spoken = owner ? `${owner}, ${label}` : label;
  const typed = h("input", {
    type: "number",
    step: "any",
    class: "typed",
    "aria-label": spoken,
    "data-key": `${key}.typed`,
    onchange: () => typed.value !== "" && Number.isFinite(typed.valueAsNumber) && set(typed.valueAsNumber, true),
  });
  const track = h("input", {
    type: "range",
    min: 0,
    max: NOTCHES,
    step: 1,
    "aria-label": spoken,
    "data-key": key,
    oninput: () => set(valueAt(range, Number(track.value)), true),
  });

  function set(next: number, tell: boolean): void {
    const shown = String(rounded(next, 6));
    if (typed.value !== shown) typed.value = shown;
    typed.style.width = `${Math.max(shown.length, 2) + 1.4}ch`;
    if (valueAt(range, Number(track.value)) !== next) track.value = String(notchOf(range, next)); // notches may share a round number
    track.setAttribute("aria-valuetext", shown);
    if (tell) moved(next);
  }

  set(value, false);
  const element = h("div", { class: "slider" }, h("div", { class: "sentence" }, h("span", {}, label), " ", typed), track);
  const follow = (next: number, along: Range): void => {
    range = along;
    set(next, false);
  };
  return { element, set: follow };
}

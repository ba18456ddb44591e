// The choice of the surface.

import type { ProblemChoice } from "../catalogue.ts";
import { h } from "../dom.ts";
import { named } from "../words/index.ts";
import { numbers } from "./numbers.ts";
import type { Settings } from "./settings.ts";
import { thumbnail } from "./thumbs.ts";

/** A button each, and the numbers of the chosen one. */
export function surfaces(settings: Settings): HTMLElement {
  const { context, problem } = settings;
  const words = context.words();
  const each = context.catalogue().problems.map((one) =>
    h(
      "button",
      {
        type: "button",
        class: "surface",
        "data-key": `surface.${one.name}`,
        "aria-pressed": String(one.name === problem.name),
        title: words.about[one.name] ?? one.says,
        onclick: () => descendOn(settings, one),
      },
      thumbnail(one, context.theme()),
      h("span", {}, named(words.surface, one.name)),
    ),
  );
  return h(
    "section",
    { "aria-label": words.surfaces },
    h("h2", {}, words.surfaces),
    h("div", { class: "surfaces" }, ...each),
    h("div", { class: "pairs" }, ...numbers(settings, problem)),
  );
}

function descendOn(settings: Settings, problem: ProblemChoice): void {
  settings.change({ problem: problem.name, options: {}, start: null, steps: problem.steps, target: problem.goal, at: null, preset: null });
}

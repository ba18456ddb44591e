// The rules that descend together, a card each.

import { button, h } from "../dom.ts";
import { freeLook } from "../names.ts";
import { card } from "./card.ts";
import type { Settings } from "./settings.ts";

const NEXT = ["momentum", "adam", "rmsprop", "nesterov", "adagrad", "sgd"]; // the first that is not there yet is added

/** `says` are the lines, one a rule, that say what it does. */
export function rules(settings: Settings, says: readonly HTMLElement[]): HTMLElement {
  const { context, state } = settings;
  const words = context.words();
  const full = state.rules.length >= context.catalogue().most.rules;
  return h(
    "section",
    { "aria-label": words.rules },
    h("h2", {}, words.rules),
    ...state.rules.map((rule, i) => card(settings, rule, i, says[i] as HTMLElement)),
    button(words.add, "add", () => add(settings), { disabled: full, class: "wide" }),
  );
}

function add(settings: Settings): void {
  const { rules: there } = settings.state;
  const next = NEXT.find((name) => there.every(({ rule }) => rule !== name)) ?? "sgd";
  settings.change({ rules: [...there, { rule: next, values: { learning_rate: 0.05 }, look: freeLook(there) }], preset: null });
}

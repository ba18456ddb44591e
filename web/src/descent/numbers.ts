// The numbers of a descent that belong to no rule: the surface's own, the start, the steps, the noise and the seed.

import type { ProblemChoice } from "../catalogue.ts";
import { h } from "../dom.ts";
import { named } from "../words/index.ts";
import type { Settings } from "./settings.ts";

export function numbers(settings: Settings, problem: ProblemChoice): HTMLElement[] {
  return [
    ...(problem.text === null ? [] : [formula(settings, problem.text)]),
    ...options(settings, problem),
    ...start(settings, problem),
    steps(settings, problem),
    ...chance(settings),
  ];
}

/** What is typed for the surface of one's own. */
function formula(settings: Settings, usual: string): HTMLElement {
  const words = settings.context.words();
  const typed: HTMLInputElement = h("input", {
    type: "text",
    maxlength: 4000, // Python says how long it may be: what is cut off here would be another formula
    spellcheck: "false",
    "data-key": "formula",
    "aria-label": words.formula,
    value: String(settings.state.options["text"] ?? usual),
    onchange: () => settings.change({ options: { ...settings.state.options, text: typed.value }, start: null, preset: null }),
  });
  return h("label", { class: "formula" }, words.formula, " ", typed);
}

function options(settings: Settings, problem: ProblemChoice): HTMLElement[] {
  const words = settings.context.words();
  return problem.numbers.map((number) =>
    settings.sliders.add(
      "",
      named(words.numbers, number.name),
      number.name,
      number,
      () => (settings.state.options[number.name] as number | undefined) ?? number.default,
      (next) => settings.change({ options: { ...settings.state.options, [number.name]: next }, preset: null }),
    ),
  );
}

function start(settings: Settings, problem: ProblemChoice): HTMLElement[] {
  const words = settings.context.words();
  const now = (): readonly number[] => settings.state.start ?? problem.start ?? [];
  return now().map((first, axis, { length }) => {
    const reach = Math.max(5, 1.2 * Math.abs(first));
    return settings.sliders.add(
      "",
      words.start(length > 1 ? `x${axis + 1}` : "x"),
      `start${axis}`,
      { scale: "linear", low: -reach, high: reach },
      () => now()[axis] ?? first,
      (next) => settings.change({ start: now().map((value, i) => (i === axis ? next : value)), preset: null }),
    );
  });
}

function steps(settings: Settings, problem: ProblemChoice): HTMLElement {
  const { most } = settings.context.catalogue();
  const high = Math.min(Math.max(200, 2 * problem.steps), most.steps);
  return settings.sliders.add(
    "",
    settings.context.words().steps,
    "steps",
    { scale: "whole", low: 1, high },
    () => settings.state.steps,
    (next) => settings.change({ steps: Math.min(Math.max(Math.round(next), 1), most.steps), at: null }),
  );
}

/** The noise of the gradients, and its seed. */
function chance(settings: Settings): HTMLElement[] {
  const words = settings.context.words();
  return [
    settings.sliders.add(
      "",
      words.noise,
      "noise",
      { scale: "linear", low: 0, high: 5 },
      () => settings.state.noise,
      (noise) => settings.change({ noise }),
    ),
    settings.sliders.add(
      "",
      words.seed,
      "seed",
      { scale: "whole", low: 0, high: 99 },
      () => settings.state.seed,
      (seed) => settings.change({ seed: Math.max(Math.round(seed), 0) }),
    ),
  ];
}

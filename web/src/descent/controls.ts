// What a person may set: the surface, the rules and their numbers.

import type { NumberChoice, Preset, ProblemChoice, RuleChoice } from "../catalogue.ts";
import type { Context } from "../context.ts";
import { button, choice, fill, h } from "../dom.ts";
import { colour } from "../looks.ts";
import { freeLook } from "../names.ts";
import { slider, type Slider } from "../slider.ts";
import type { Contender, DescentState } from "../state.ts";
import { named } from "../words/index.ts";
import { swatch, thumbnail } from "./thumbs.ts";

export class Controls {
  readonly element = h("div", { class: "controls" });
  /** The presets, which stand above the picture. */
  readonly chips = h("div", {});
  /** One line a rule, filled by the view: what the rule does, and its limit. */
  readonly says: HTMLElement[] = [];
  private readonly context: Context;
  private readonly change: (patch: Partial<DescentState>) => void;
  private sliders = new Map<string, Slider>();
  private shape = "";

  constructor(context: Context, change: (patch: Partial<DescentState>) => void) {
    this.context = context;
    this.change = change;
  }

  private get state(): DescentState {
    return this.context.state().descent;
  }

  /** Rebuild where something came or went, otherwise only move the sliders. */
  update(): void {
    const { problem, rules, options, preset } = this.state;
    const rough = rules.map(({ rule, values, schedule, look }) => [
      rule,
      look,
      schedule?.name,
      Object.keys(values).filter((name) => typeof values[name] === "boolean" && values[name]),
    ]);
    const shape = JSON.stringify([
      this.context.words().code,
      this.context.theme().name,
      problem,
      preset,
      options["text"],
      rough,
      this.context.state().hide,
    ]);
    if (shape === this.shape) return this.move();
    this.shape = shape;
    this.sliders = new Map();
    this.says.length = 0;
    const { context } = this;
    fill(this.chips, !context.hidden("presets") && this.presets());
    fill(this.element, !context.hidden("rules") && this.rules(), !context.hidden("surfaces") && this.surfaces());
  }

  private move(): void {
    const { steps, noise, seed, start } = this.state;
    const problem = this.problem();
    const values: Record<string, number | undefined> = {
      steps,
      noise,
      seed,
      start0: (start ?? problem.start)?.[0],
      start1: (start ?? problem.start)?.[1],
    };
    for (const number of problem.numbers)
      values[number.name] = (this.state.options[number.name] as number | undefined) ?? number.default;
    this.state.rules.forEach((rule, i) => {
      for (const number of this.choiceOf(rule).numbers)
        values[`${i}.${number.name}`] = (rule.values[number.name] as number | undefined) ?? number.default;
    });
    for (const [key, one] of this.sliders) if (values[key] !== undefined) one.set(values[key]);
  }

  private slider(
    owner: string,
    label: string,
    key: string,
    range: Omit<NumberChoice, "name" | "default" | "later">,
    value: number,
    moved: (value: number) => void,
  ): HTMLElement {
    const made = slider(owner, label, key, range, value, moved);
    this.sliders.set(key, made);
    return made.element;
  }

  private problem(): ProblemChoice {
    return this.context.catalogue().problems.find(({ name }) => name === this.state.problem) as ProblemChoice;
  }

  private choiceOf(rule: Contender): RuleChoice {
    const { rules } = this.context.catalogue();
    return rules.find(({ name }) => name === rule.rule) ?? (rules[0] as RuleChoice);
  }

  // One click away

  private presets(): HTMLElement {
    const words = this.context.words();
    const each = this.context.catalogue().presets.map((preset) =>
      button(named(words.preset, preset.name), `preset.${preset.name}`, () => this.take(preset), {
        "aria-pressed": String(this.state.preset === preset.name),
        class: "chip",
      }),
    );
    return h("section", { "aria-label": words.presets, class: "chips" }, ...each);
  }

  private take(preset: Preset): void {
    const rules = (preset.state.rules ?? []).map((rule, look) => ({ ...rule, look }));
    this.change({
      options: {},
      start: null,
      noise: 0,
      seed: 0,
      target: null,
      at: null,
      ...preset.state,
      rules,
      preset: preset.name,
    });
  }

  // The surface

  private surfaces(): HTMLElement {
    const words = this.context.words();
    const problem = this.problem();
    const each = this.context.catalogue().problems.map((one) =>
      h(
        "button",
        {
          type: "button",
          class: "surface",
          "data-key": `surface.${one.name}`,
          "aria-pressed": String(one.name === problem.name),
          title: one.says,
          onclick: () => this.descendOn(one),
        },
        thumbnail(one, this.context.theme()),
        h("span", {}, named(words.surface, one.name)),
      ),
    );
    return h(
      "section",
      { "aria-label": words.surfaces },
      h("h2", {}, words.surfaces),
      h("div", { class: "surfaces" }, ...each),
      h("div", { class: "pairs" }, ...this.numbers(problem)),
    );
  }

  private descendOn(problem: ProblemChoice): void {
    const target = problem.name === "bivariate" ? 1e-6 : null;
    this.change({ problem: problem.name, options: {}, start: null, steps: problem.steps, target, at: null, preset: null });
  }

  private numbers(problem: ProblemChoice): HTMLElement[] {
    const words = this.context.words();
    const { most } = this.context.catalogue();
    const start = this.state.start ?? problem.start;
    const found: HTMLElement[] = [];
    if (problem.text !== null) found.push(this.formula(problem));
    for (const number of problem.numbers) {
      const value = (this.state.options[number.name] as number | undefined) ?? number.default;
      found.push(
        this.slider("", named(words.numbers, number.name), number.name, number, value, (next) =>
          this.change({ options: { ...this.state.options, [number.name]: next }, preset: null }),
        ),
      );
    }
    start?.forEach((value, axis) => {
      const label = words.start(start.length > 1 ? `x${axis + 1}` : "x");
      const reach = Math.max(5, 1.2 * Math.abs(value));
      found.push(
        this.slider("", label, `start${axis}`, { scale: "linear", low: -reach, high: reach }, value, (next) => {
          const moved = [...(this.state.start ?? problem.start ?? [])];
          moved[axis] = next;
          this.change({ start: moved, preset: null });
        }),
      );
    });
    found.push(
      this.slider(
        "",
        words.steps,
        "steps",
        { scale: "whole", low: 1, high: Math.min(Math.max(200, 2 * problem.steps), most.steps) },
        this.state.steps,
        (next) => this.change({ steps: Math.min(Math.max(Math.round(next), 1), most.steps), at: null }),
      ),
    );
    found.push(
      this.slider("", words.noise, "noise", { scale: "linear", low: 0, high: 5 }, this.state.noise, (noise) =>
        this.change({ noise }),
      ),
    );
    found.push(
      this.slider("", words.seed, "seed", { scale: "whole", low: 0, high: 99 }, this.state.seed, (seed) =>
        this.change({ seed: Math.max(Math.round(seed), 0) }),
      ),
    );
    return found;
  }

  private formula(problem: ProblemChoice): HTMLElement {
    const words = this.context.words();
    const typed: HTMLInputElement = h("input", {
      type: "text",
      maxlength: 200,
      spellcheck: "false",
      "data-key": "formula",
      "aria-label": words.formula,
      value: String(this.state.options["text"] ?? problem.text),
      onchange: () => this.change({ options: { ...this.state.options, text: typed.value }, start: null, preset: null }),
    });
    return h("label", { class: "formula" }, words.formula, " ", typed);
  }

  // The rules

  private rules(): HTMLElement {
    const words = this.context.words();
    const { rules } = this.state;
    const full = rules.length >= this.context.catalogue().most.rules;
    const add = button(words.add, "add", () => this.add(), { disabled: full, class: "wide" });
    return h(
      "section",
      { "aria-label": words.rules },
      h("h2", {}, words.rules),
      ...rules.map((rule, i) => this.card(rule, i)),
      add,
    );
  }

  private add(): void {
    const { rules } = this.state;
    const next =
      ["momentum", "adam", "rmsprop", "nesterov", "adagrad", "sgd"].find((name) => rules.every(({ rule }) => rule !== name)) ??
      "sgd";
    this.change({ rules: [...rules, { rule: next, values: { learning_rate: 0.05 }, look: freeLook(rules) }], preset: null });
  }

  private set(place: number, patch: Partial<Contender>): void {
    this.change({ rules: this.state.rules.map((rule, i) => (i === place ? { ...rule, ...patch } : rule)) });
  }

  private card(rule: Contender, place: number): HTMLElement {
    const words = this.context.words();
    const choices = this.context.catalogue().rules;
    const chosen = this.choiceOf(rule);
    const owner = words.rule(place + 1);
    const title = choice(
      owner,
      `${place}.rule`,
      choices.map(({ name }) => [name, name.replaceAll("_", " ")]),
      rule.rule,
      (name) =>
        this.set(place, {
          rule: name,
          values: kept(
            rule,
            choices.find((one) => one.name === name),
          ),
        }),
    );
    const remove = button(
      "\u00d7",
      `${place}.remove`,
      () => this.change({ rules: this.state.rules.filter((_, i) => i !== place), preset: null }),
      { "aria-label": words.remove(`${owner}, ${rule.rule}`), class: "remove" },
    );
    const numbers = (later: boolean): HTMLElement[] =>
      chosen.numbers.filter((number) => number.later === later).map((number) => this.number(rule, place, owner, number));
    const switches = chosen.switches.map(({ name, default: usual }) => this.toggle(rule, place, owner, name, usual));
    const says = h("p", { class: "says" });
    this.says.push(says);
    const more = h("details", {}, h("summary", {}, words.more), this.schedule(rule, place, owner), ...numbers(true), ...switches);
    return h(
      "div",
      { class: "card", style: `--look: ${colour(rule.look, this.context.theme())}` },
      h("div", { class: "head" }, swatch(rule.look, colour(rule.look, this.context.theme())), title, remove),
      says,
      ...numbers(false),
      more,
    );
  }

  private number(rule: Contender, place: number, owner: string, number: NumberChoice): HTMLElement {
    const value = (rule.values[number.name] as number | undefined) ?? number.default;
    return this.slider(
      `${owner}, ${rule.rule}`,
      named(this.context.words().numbers, number.name),
      `${place}.${number.name}`,
      number,
      value,
      (next) => {
        const now = this.state.rules[place];
        if (now) this.set(place, { values: { ...now.values, [number.name]: next } });
      },
    );
  }

  private toggle(rule: Contender, place: number, owner: string, name: string, usual: boolean): HTMLElement {
    const box: HTMLInputElement = h("input", {
      type: "checkbox",
      checked: (rule.values[name] as boolean | undefined) ?? usual,
      "data-key": `${place}.${name}`,
      "aria-label": `${owner}: ${name}`,
      onchange: () => this.set(place, { values: { ...this.state.rules[place]?.values, [name]: box.checked } }),
    });
    return h("label", { class: "toggle" }, box, " ", name.replaceAll("_", " "));
  }

  private schedule(rule: Contender, place: number, owner: string): HTMLElement {
    const words = this.context.words();
    const names: [string, string][] = [
      ["", words.constant],
      ...this.context.catalogue().schedules.map((name): [string, string] => [name, named(words.schedules, name)]),
    ];
    const chosen = choice(`${owner}: ${words.schedule}`, `${place}.schedule`, names, rule.schedule?.name ?? "", (name) =>
      this.set(place, { schedule: name ? { name } : undefined }),
    );
    return h("label", { class: "pick" }, `${words.schedule} `, chosen);
  }
}

/** The numbers that another rule has too, so that a change of rule keeps them. */
function kept(rule: Contender, next: RuleChoice | undefined): Contender["values"] {
  const names = new Set(next?.numbers.map(({ name }) => name));
  return Object.fromEntries(Object.entries(rule.values).filter(([name]) => names.has(name)));
}

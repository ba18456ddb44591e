// A rule's card: which rule it is, what it does, and its numbers.

import type { NumberChoice, RuleChoice } from "../catalogue.ts";
import { button, choice, find, focusIn, h } from "../dom.ts";
import { colour } from "../looks.ts";
import type { Contender } from "../state.ts";
import { named } from "../words/index.ts";
import type { Settings } from "./settings.ts";
import { swatch } from "./thumbs.ts";

export function card(settings: Settings, rule: Contender, place: number, says: HTMLElement): HTMLElement {
  const words = settings.context.words();
  const owner = words.rule(place + 1);
  const ink = colour(rule.look, settings.context.theme());
  const chosen = settings.choiceOf(rule);
  const numbers = (later: boolean): HTMLElement[] =>
    chosen.numbers.filter((one) => one.later === later).map((one) => number(settings, rule, place, owner, one));
  const switches = chosen.switches.map(({ name, default: usual }) => toggle(settings, rule, place, owner, name, usual));
  const first = numbers(false);
  const paced = chosen.numbers.some(({ name }) => name === "learning_rate");
  const later = [...(paced ? [schedule(settings, rule, place, owner)] : []), ...numbers(true), ...switches];
  return h(
    "div",
    { class: "card", style: `--look: ${ink}` },
    h("div", { class: "head" }, swatch(rule.look, ink), title(settings, rule, place, owner), remove(settings, rule, place, owner)),
    says,
    ...first,
    h("details", { "data-key": `${place}.more` }, h("summary", { "data-key": `${place}.summary` }, words.more), ...later),
  );
}

/** Which rule it is, to be chosen. */
function title(settings: Settings, rule: Contender, place: number, owner: string): HTMLElement {
  const { rules } = settings.context.catalogue();
  return choice(
    owner,
    `${place}.rule`,
    rules.map(({ name }) => [name, name.replaceAll("_", " ")]),
    rule.rule,
    (name) => {
      const next = rules.find((one) => one.name === name);
      settings.changeRule(place, { rule: name, values: kept(settings.state.rules[place] ?? rule, next) });
    },
  );
}

/** The numbers that another rule has too, so that a change of rule keeps them. */
function kept(rule: Contender, next: RuleChoice | undefined): Contender["values"] {
  const names = new Set(next?.numbers.map(({ name }) => name));
  return Object.fromEntries(Object.entries(rule.values).filter(([name]) => names.has(name)));
}

function remove(settings: Settings, rule: Contender, place: number, owner: string): HTMLElement {
  const act = (): void => {
    const all = made.closest(".controls");
    settings.change({ rules: settings.state.rules.filter((_, i) => i !== place), preset: null });
    if (all && !focusIn(all)) find(all, "add")?.focus(); // the last one took the focus with it
  };
  const label = settings.context.words().remove(`${owner}, ${rule.rule}`);
  const made = button("\u00d7", `${place}.remove`, act, { "aria-label": label, class: "remove" });
  return made;
}

function number(settings: Settings, rule: Contender, place: number, owner: string, one: NumberChoice): HTMLElement {
  return settings.sliders.add(
    `${owner}, ${rule.rule}`,
    named(settings.context.words().numbers, one.name),
    `${place}.${one.name}`,
    one,
    () => (settings.state.rules[place]?.values[one.name] as number | undefined) ?? one.default,
    (next) => settings.changeRule(place, { values: { ...settings.state.rules[place]?.values, [one.name]: next } }),
  );
}

function toggle(
  settings: Settings,
  rule: Contender,
  place: number,
  owner: string,
  name: string,
  usual: boolean,
): HTMLElement {
  const label = named(settings.context.words().switches, name);
  const box: HTMLInputElement = h("input", {
    type: "checkbox",
    checked: (rule.values[name] as boolean | undefined) ?? usual,
    "data-key": `${place}.${name}`,
    "aria-label": `${owner}: ${label}`,
    onchange: () => settings.changeRule(place, { values: { ...settings.state.rules[place]?.values, [name]: box.checked } }),
  });
  return h("label", { class: "toggle" }, box, " ", label);
}

function schedule(settings: Settings, rule: Contender, place: number, owner: string): HTMLElement {
  const words = settings.context.words();
  const names: [string, string][] = [
    ["", words.constant],
    ...settings.context.catalogue().schedules.map((name): [string, string] => [name, named(words.schedules, name)]),
  ];
  const chosen = choice(`${owner}: ${words.schedule}`, `${place}.schedule`, names, rule.schedule?.name ?? "", (name) =>
    settings.changeRule(place, { schedule: name ? { name } : undefined }),
  );
  return h("label", { class: "pick" }, `${words.schedule} `, chosen);
}

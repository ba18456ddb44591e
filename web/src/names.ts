// What the rules of a picture are called at their lines' ends.

import { shown } from "./scale.ts";
import type { Contender } from "./state.ts";

/** The rules' names; those of one name are told apart by the numbers in which they differ. */
export function namesOf(rules: readonly Contender[]): string[] {
  return rules.map((rule) => {
    const alike = rules.filter((other) => other.rule === rule.rule);
    const differing = Object.keys(rule.values).filter((name) => alike.some((other) => other.values[name] !== rule.values[name]));
    const values = differing.map((name) => rule.values[name]).filter((value) => typeof value === "number");
    return [rule.rule.replaceAll("_", " "), values.map((value) => shown(value)).join(", ")].filter(Boolean).join(" ");
  });
}

/** The first look that no rule has yet. */
export function freeLook(rules: readonly Contender[]): number {
  const taken = new Set(rules.map((rule) => rule.look));
  return [0, 1, 2, 3, 4, 5, 6, 7].find((look) => !taken.has(look)) ?? 0;
}

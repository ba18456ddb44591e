// What the cursor reads: as a table, and for those who hear the page.

import { h } from "../dom.ts";
import { shown as written } from "../scale.ts";
import type { Words } from "../words/index.ts";
import { valueAt, type Plot } from "./model.ts";

export interface Reading {
  readonly name: string;
  readonly values: readonly string[]; // the value, and the slope where there is one
}

export function readings(plots: readonly Plot[], at: number): Reading[] {
  return (plots[0]?.lines ?? []).map(({ name }, i) => ({
    name,
    values: plots.map(({ x, lines }) => written(lines[i] && valueAt(x, lines[i].values, at))),
  }));
}

/** The readings in a sentence. */
export function sentence(read: readonly Reading[], { functions: words }: Words): string {
  return read.map(({ name, values }) => `${name}: ${values.join(`, ${words.slope} `)}`).join("; ");
}

export function tableOf(read: readonly Reading[], plots: readonly Plot[]): HTMLTableElement {
  const titles = plots.map(({ title }) => h("th", { scope: "col" }, title));
  const rows = read.map(({ name, values }) =>
    h("tr", {}, h("th", { scope: "row" }, name), ...values.map((value) => h("td", {}, value))),
  );
  return h("table", {}, h("thead", {}, h("tr", {}, h("td", {}), ...titles)), h("tbody", {}, ...rows));
}

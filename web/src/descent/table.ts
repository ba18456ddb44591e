// The numbers of the picture, as a table to read and as CSV.

import { csv, quoted } from "../csv.ts";
import { h } from "../dom.ts";
import { shown as written } from "../scale.ts";
import type { Words } from "../words/index.ts";
import type { Shown } from "./model.ts";

const ROWS = 60; // more steps than that are shown in part

export interface Printed {
  readonly rule: number;
  readonly what: "losses" | "points";
  readonly from: number;
  readonly values: readonly number[];
}

export interface Column {
  readonly name: string;
  readonly value: (step: number) => number | undefined;
}

/** The columns of a picture: for each rule its coordinates, its loss, its learning rate where that changes, and what is in print. */
export function columns(shown: Shown, names: readonly string[], printed: readonly Printed[], words: Words): Column[] {
  const axes = shown.bounds.length;
  return shown.ways.flatMap((way, i) => {
    const found: Column[] = Array.from({ length: axes }, (_, axis) => ({
      name: `${names[i]}: x${axes > 1 ? axis + 1 : ""}`,
      value: (step) => way.points[axes * step + axis],
    }));
    found.push({ name: `${names[i]}: ${words.columns.loss}`, value: (step) => way.losses[step] });
    if (way.rates) found.push({ name: `${names[i]}: ${words.columns.rate}`, value: (step) => way.rates?.[step] });
    for (const column of printed.filter((one) => one.rule === i)) {
      const what = column.what === "losses" ? words.columns.loss : "x";
      found.push({ name: `${names[i]}: ${what}, ${words.columns.printed}`, value: (step) => column.values[step - column.from] });
    }
    return found;
  });
}

export function tableOf(shown: Shown, found: readonly Column[], at: number, words: Words): HTMLTableElement {
  const every = Math.max(Math.ceil(shown.steps / ROWS), 1);
  const steps = Array.from({ length: shown.steps + 1 }, (_, i) => i).filter(
    (i) => i < 12 || i % every === 0 || i === at || i === shown.steps,
  );
  return h(
    "table",
    {},
    h("caption", { class: "unseen" }, words.caption),
    h(
      "thead",
      {},
      h("tr", {}, h("th", { scope: "col" }, words.columns.step), ...found.map(({ name }) => h("th", { scope: "col" }, name))),
    ),
    h(
      "tbody",
      {},
      ...steps.map((step) =>
        h(
          "tr",
          { class: step === at ? "here" : null },
          h("th", { scope: "row" }, String(step)),
          ...found.map(({ value }) => h("td", {}, value(step) === undefined ? "" : written(value(step), 7))),
        ),
      ),
    ),
  );
}

/** Every step as CSV, numbers in full. */
export function csvOf(shown: Shown, found: readonly Column[]): string {
  const rows = Array.from({ length: shown.steps + 1 }, (_, step) => [step, ...found.map(({ value }) => value(step) ?? "")]);
  return csv(["step", ...found.map(({ name }) => quoted(name))], rows);
}

// A table as CSV.

/** A name in quotation marks, so that it may hold commas. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Names of columns, written as they are, above rows of numbers. */
export function csv(names: readonly string[], rows: readonly (readonly (number | string | undefined)[])[]): string {
  return [names.join(","), ...rows.map((row) => row.join(",")), ""].join("\n");
}

// What Python says in one line, in another language.

/** English sentences, with {names} where values stand, and the same in another language. */
export type Catalogue = Readonly<Record<string, string>>;

/** The whole sentences, as SENTENCE, and the parts that some of them have: a {KIND} in a key is a key of the catalogue KIND. */
export type Catalogues = Readonly<Record<string, Catalogue>>;

interface Entry {
  readonly pattern: RegExp;
  readonly said: string;
}

/** Says a sentence of the catalogue, its values as they are; null for any other. The first that fits in all parts counts. */
export function translator(catalogues: Catalogues): (english: string) => string | null {
  const entries = new Map(Object.entries(catalogues).map(([kind, catalogue]) => [kind, Object.entries(catalogue).map(entry)]));

  function say(kind: string, english: string): string | null {
    for (const { pattern, said } of entries.get(kind) ?? []) {
      const found = pattern.exec(english);
      if (!found) continue;
      const values = new Map(Object.entries(found.groups ?? {}).map(([name, value]) => [name, part(name, value)]));
      if (![...values.values()].includes(null)) return said.replace(/\{(\w+)\}/g, (_, name: string) => values.get(name) ?? "");
    }
    return null;
  }

  const part = (name: string, value: string): string | null => (entries.has(name) ? say(name, value) : value);

  return (english) => say("SENTENCE", english);
}

/** A key as a pattern: the first value as short as can be, the others as long, since they may hold the words around them. */
function entry([english, said]: [string, string]): Entry {
  let first = true;
  const pattern = english.replace(/\{(\w+)\}|[.*+?^${}()|[\]\\]/g, (sign, name: string | undefined) => {
    if (name === undefined) return `\\${sign}`;
    const group = `(?<${name}>[^]*${first ? "?" : ""})`;
    first = false;
    return group;
  });
  return { pattern: new RegExp(`^${pattern}$`), said };
}

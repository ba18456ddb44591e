import { EN } from "./en.ts";
import type { Words } from "./words.ts";
import { ZH } from "./zh.ts";

export { named, type Regime, type Sentence, type Words } from "./words.ts";

export const LANGUAGES: readonly Words[] = [EN, ZH];

/** The language that was chosen, or the browser's where the page speaks it. */
export function wordsFor(chosen: string | null): Words {
  const wanted = chosen ?? globalThis.navigator?.language ?? "en";
  return LANGUAGES.find((words) => wanted.toLowerCase().startsWith(words.code)) ?? EN;
}

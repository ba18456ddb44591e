// Where a lab lives: the page of its own, or a cell of a notebook. A home keeps the state and knows the light around.

import type { State } from "./state.ts";
import type { Sentence, Words } from "./words/index.ts";

export interface Home {
  read(): State;
  write(state: State): void;
  /** Call `moved` where the state was changed from outside, `lit` where the light was, until `signal` is aborted. */
  watch(moved: () => void, lit: () => void, signal: AbortSignal): void;
  dark(): boolean;
  /** What to say where Python cannot be reached. */
  lost(words: Words, why: Sentence): string;
  /** The language and the theme that are shown. */
  dress(language: string, theme: string): void;
}

// The page as a home: its address keeps the state.

import type { Home } from "./home.ts";
import type { State } from "./state.ts";
import { readFrom, written } from "./text.ts";
import type { Sentence, Words } from "./words/index.ts";

export class Address implements Home {
  private readonly system = matchMedia("(prefers-color-scheme: dark)");

  read(): State {
    return readFrom(location.hash);
  }

  /** Without a step in the browser's history. */
  write(state: State): void {
    const hash = written(state);
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  watch(moved: () => void, lit: () => void, signal: AbortSignal): void {
    addEventListener("hashchange", moved, { signal });
    this.system.addEventListener("change", lit, { signal });
  }

  dark(): boolean {
    return this.system.matches;
  }

  lost(words: Words, why: Sentence): string {
    return words.lost(why);
  }

  dress(language: string, theme: string): void {
    document.documentElement.lang = language;
    document.documentElement.dataset["theme"] = theme;
  }
}

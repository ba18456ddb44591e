// What every view is given: the state and how to change it, Python, the words and the theme.

import type { Catalogue } from "./catalogue.ts";
import type { Link } from "./link.ts";
import type { Theme } from "./looks.ts";
import type { State } from "./state.ts";
import type { Words } from "./words/index.ts";

export interface Context {
  readonly link: Link;
  state(): State;
  change(patch: Partial<State>): void;
  words(): Words;
  theme(): Theme;
  catalogue(): Catalogue;
  hidden(part: string): boolean;
  /** Show a text that may be copied, or a title alone. */
  offer(title: string, text: string | null): void;
}

export interface View {
  readonly element: HTMLElement;
  /** The state, the language or the theme has changed. */
  update(): void;
  /** The room has changed. */
  resize(): void;
  destroy(): void;
}

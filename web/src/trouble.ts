// The line that says what Python cannot draw, and why.

import { h } from "./dom.ts";
import type { Frame } from "./frame.ts";
import type { Sentence, Words } from "./words/index.ts";

export class Trouble {
  readonly element = h("p", { class: "trouble", role: "alert", hidden: true });

  private error: Sentence | null = null;

  /** Whether a frame is an error, which is then shown; the one before is hidden. */
  found({ header: { error } }: Frame, words: Words): boolean {
    this.error = error ? (error as Sentence) : null;
    this.say(words);
    return this.error !== null;
  }

  /** The same in the language that was chosen since. */
  say(words: Words): void {
    const text = this.error === null ? "" : words.cannot(this.error);
    if (this.element.textContent !== text) this.element.textContent = text; // what is set anew is read out anew
    if (this.element.hidden !== !text) this.element.hidden = !text;
  }
}

// A text that a person may copy.

import { button, fill, h } from "./dom.ts";
import type { Words } from "./words/index.ts";

/** Show a text in a dialog, with a button that copies it; without a text, the title alone. */
export function offer(dialog: HTMLDialogElement, title: string, text: string | null, words: Words): void {
  const copied = h("span", { role: "status" });
  const copy = button(words.copyCode, "copy", () => {
    void navigator.clipboard?.writeText(text ?? "").then(() => (copied.textContent = words.copied));
  });
  const close = button(words.close, "close", () => dialog.close());
  const pre = text !== null && h("pre", { tabindex: 0 }, text);
  fill(dialog, h("h2", {}, title), pre, h("div", { class: "tools" }, text !== null && copy, close, copied));
  dialog.setAttribute("aria-label", title);
  dialog.showModal();
}

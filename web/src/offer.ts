// A text that a person may copy.

import { button, fill, h } from "./dom.ts";
import type { Words } from "./words/index.ts";

/** Show a text in a dialog, with a button that copies it. */
export function offer(dialog: HTMLDialogElement, title: string, text: string, words: Words): void {
  const copied = h("span", { role: "status" });
  const copy = button(words.copyCode, "copy", () => {
    void navigator.clipboard?.writeText(text).then(() => (copied.textContent = words.copied));
  });
  const close = button(words.close, "close", () => dialog.close());
  fill(dialog, h("h2", {}, title), h("pre", { tabindex: 0 }, text), h("div", { class: "tools" }, copy, close, copied));
  dialog.setAttribute("aria-label", title);
  dialog.showModal();
}

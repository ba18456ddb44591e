// Play, pause, step and scrub.

import type { Words } from "../words/index.ts";
import { button, h } from "../dom.ts";

const WHOLE = 4000; // milliseconds that a whole way takes

export class Transport {
  readonly element = h("div", { class: "transport" });
  private readonly track = h("input", { type: "range", min: 0, step: 1, "data-key": "scrub" });
  private readonly told = h("output", {});
  private readonly go: (at: number) => void;
  private steps = 1;
  private at = 0;
  private frame = 0;
  private words: Words | null = null;
  private readonly playing = button("", "play", () => (this.frame ? this.stop() : this.play()), { class: "round" });
  private readonly back = button("\u2039", "back", () => this.to(this.at - 1));
  private readonly forward = button("\u203a", "forward", () => this.to(this.at + 1));

  /** `go` is called with the step to look at. */
  constructor(go: (at: number) => void) {
    this.go = go;
    this.element.append(this.playing, this.back, this.forward, this.track, this.told);
    this.track.addEventListener("input", () => this.to(Number(this.track.value)));
  }

  update(at: number, steps: number, words: Words): void {
    [this.at, this.steps] = [at, steps];
    this.track.max = String(steps);
    this.track.value = String(at);
    this.track.setAttribute("aria-label", words.step(at, steps));
    this.told.textContent = words.step(at, steps);
    this.words = words;
    this.label();
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.label();
  }

  /** What the buttons are called, the first as it stands. */
  private label(): void {
    const { words } = this;
    if (!words) return;
    const text = this.frame ? "\u275a\u275a" : "\u25b6";
    if (this.playing.textContent !== text) this.playing.textContent = text;
    this.playing.setAttribute("aria-label", this.frame ? words.pause : words.play);
    this.back.setAttribute("aria-label", words.back);
    this.forward.setAttribute("aria-label", words.forward);
  }

  private to(step: number): void {
    if (this.frame) this.stop();
    this.go(Math.min(Math.max(step, 0), this.steps));
  }

  /** From the start, or on from here; in a dozen jumps for those who want no motion. */
  private play(): void {
    const from = this.at >= this.steps ? 0 : this.at;
    const began = performance.now();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const next = (now: number): void => {
      const share = Math.min((now - began) / WHOLE, 1);
      const step = from + (this.steps - from) * (calm ? Math.floor(share * 12) / 12 : share);
      this.go(Math.round(step));
      if (share < 1) this.frame = requestAnimationFrame(next);
      else this.stop();
    };
    this.frame = requestAnimationFrame(next);
    this.label();
  }
}

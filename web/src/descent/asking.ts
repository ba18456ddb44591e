// What Python is asked for: the ways at once, and the stable learning rates when nothing has moved for a while.

import { Watch } from "../watch.ts";
import type { Settings } from "./settings.ts";

const CALM = 200; // milliseconds

export class Asking {
  private readonly settings: Settings;
  private readonly asked = new Watch();
  private later = 0;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** Ask, where the state is another; `known` is the name of the field that is there already. */
  update(known: string | null): void {
    const request = this.request();
    if (!this.asked.changed(request)) return;
    this.settings.context.link.ask("descent", { ...request, known });
    clearTimeout(this.later);
    this.later = window.setTimeout(() => this.settings.context.link.ask("limits", this.request()), CALM);
  }

  /** Ask for the ways with their field. */
  whole(): void {
    this.settings.context.link.ask("descent", this.request());
  }

  /** What Python is told: the state without what only the page needs. */
  request(): Record<string, unknown> {
    const { at: _at, preset: _preset, rules, ...rest } = this.settings.state;
    return { ...rest, rules: rules.map(({ look: _look, schedule, ...rule }) => (schedule ? { ...rule, schedule } : rule)) };
  }

  stop(): void {
    clearTimeout(this.later);
  }
}

// What the controls and the cursor of the view Functions read and change.

import type { FunctionGroup } from "../catalogue.ts";
import { ViewSettings } from "../settings.ts";

export class Settings extends ViewSettings<"functions"> {
  protected readonly view = "functions";

  get group(): FunctionGroup {
    const { functions } = this.context.catalogue();
    return functions.find(({ name }) => name === this.state.group) ?? (functions[0] as FunctionGroup);
  }

  /** The curves that are shown, in the group's order: those that were chosen, else its first ones. */
  get names(): readonly string[] {
    const names = this.state.names ?? this.group.first;
    const place = (name: string): number => this.group.curves.indexOf(name);
    return [...names].sort((one, other) => place(one) - place(other));
  }

  /** Show a curve, or hide it unless it is the only one. */
  toggle(name: string): void {
    const names = this.names.includes(name) ? this.names.filter((one) => one !== name) : [...this.names, name];
    if (names.length) this.change({ names });
  }

  /** What Python is told: the state without where the cursor stands. */
  get request(): Record<string, unknown> {
    return { group: this.group.name, names: this.names, values: this.state.values };
  }
}

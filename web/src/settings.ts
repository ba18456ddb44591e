// What the controls of a view read and change: its part of the state, and the sliders that follow it.

import type { Context } from "./context.ts";
import { Sliders } from "./sliders.ts";
import type { State, ViewName } from "./state.ts";

export abstract class ViewSettings<Name extends ViewName> {
  readonly context: Context;
  readonly sliders = new Sliders();
  protected abstract readonly view: Name;

  constructor(context: Context) {
    this.context = context;
  }

  get state(): State[Name] {
    return this.context.state()[this.view];
  }

  change(patch: Partial<State[Name]>): void {
    this.context.change({ [this.view]: { ...this.state, ...patch } } as Partial<State>);
  }
}

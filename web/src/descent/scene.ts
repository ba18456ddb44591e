// What is drawn of a frame: its ways, as they look and are called, up to a step.

import type { Context } from "../context.ts";
import type { Theme } from "../looks.ts";
import { namesOf } from "../names.ts";
import type { Shown } from "./model.ts";

export interface Scene {
  readonly shown: Shown;
  readonly theme: Theme;
  readonly looks: readonly number[];
  readonly names: readonly string[];
  readonly at: number;
  readonly loss: string; // what the losses' axis is called
}

/** A frame as the state has it drawn: up to its last step where the state says none. */
export function sceneOf(shown: Shown, context: Context): Scene {
  const { at, rules } = context.state().descent;
  return {
    shown,
    theme: context.theme(),
    looks: rules.map(({ look }) => look),
    names: namesOf(rules),
    at: Math.min(at ?? shown.steps, shown.steps),
    loss: context.words().loss,
  };
}

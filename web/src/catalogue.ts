// What may be chosen, as Python lists it.

import { table, type Frame } from "./frame.ts";
import type { Range, Scale } from "./scale.ts";
import type { Printed } from "./descent/table.ts";
import type { DescentState } from "./state.ts";

export interface NumberChoice extends Range {
  readonly name: string;
  readonly default: number;
  readonly later: boolean;
  readonly scale: Scale;
}

export interface RuleChoice {
  readonly name: string;
  readonly says: string;
  readonly textbook: boolean;
  readonly against: readonly string[]; // what its stability may be mapped against
  readonly numbers: readonly NumberChoice[];
  readonly switches: readonly { readonly name: string; readonly default: boolean }[];
}

export interface ProblemChoice {
  readonly name: string;
  readonly says: string;
  readonly count: number;
  readonly start: readonly number[] | null;
  readonly steps: number;
  readonly goal: number | null; // a loss worth reaching
  readonly numbers: readonly NumberChoice[];
  readonly text: string | null;
  readonly thumbnail: Float32Array;
}

export interface Preset {
  readonly name: string;
  readonly state: Partial<DescentState>;
  readonly printed?: readonly Printed[];
}

export interface FunctionGroup {
  readonly name: string;
  readonly curves: readonly string[];
  readonly first: readonly string[];
  readonly numbers: readonly { readonly name: string; readonly low: number; readonly high: number; readonly default: number }[];
}

export interface Catalogue {
  readonly most: { readonly rules: number; readonly steps: number; readonly noise: number };
  readonly rules: readonly RuleChoice[];
  readonly problems: readonly ProblemChoice[];
  readonly schedules: readonly string[];
  readonly presets: readonly Preset[];
  readonly functions: readonly FunctionGroup[];
}

export function catalogueIn(frame: Frame): Catalogue {
  const found = frame.header as unknown as Catalogue & { problems: (ProblemChoice & { thumbnail: unknown })[] };
  const problems = found.problems.map((problem) => ({ ...problem, thumbnail: table(frame, `thumbnail.${problem.name}`).values }));
  return { ...found, problems };
}

// All that a page shows, as one plain value.

export type Schedule = { name: string } & Record<string, number | string>;

export interface Contender {
  readonly rule: string;
  readonly values: Readonly<Record<string, number | boolean>>;
  readonly schedule?: Schedule | undefined;
  readonly look: number; // which colour and dash pattern
}

export interface DescentState {
  readonly problem: string;
  readonly options: Readonly<Record<string, number | string>>;
  readonly start: readonly number[] | null; // null: where the surface itself starts
  readonly steps: number;
  readonly noise: number;
  readonly seed: number;
  readonly target: number | null;
  readonly rules: readonly Contender[];
  readonly at: number | null; // the step that is looked at; null: the last
  readonly preset: string | null;
}

export interface StabilityState {
  readonly rule: string;
  readonly values: Readonly<Record<string, number>>;
  readonly across: string; // the hyperparameter beside the learning rate
  readonly curvature: number;
  readonly probes: readonly (readonly [number, number])[];
}

export interface FunctionsState {
  readonly group: string;
  readonly names: readonly string[] | null; // null: the group's first ones
  readonly values: Readonly<Record<string, number>>;
  readonly at: number | null; // where the cursor reads
}

export type ViewName = "descent" | "stability" | "functions";

export interface State {
  readonly view: ViewName;
  readonly language: string | null; // null: as the browser has it
  readonly theme: "light" | "dark" | null; // null: as the system has it
  readonly hide: readonly string[]; // parts that a teacher has hidden
  readonly descent: DescentState;
  readonly stability: StabilityState;
  readonly functions: FunctionsState;
}

export const START: State = {
  view: "descent",
  language: null,
  theme: null,
  hide: [],
  descent: {
    problem: "bowl",
    options: {},
    start: null,
    steps: 50,
    noise: 0,
    seed: 0,
    target: null,
    rules: [
      { rule: "sgd", values: { learning_rate: 0.42 }, look: 0 },
      { rule: "momentum", values: { learning_rate: 0.02, momentum: 0.91 }, look: 1 },
      { rule: "adam", values: { learning_rate: 0.35, b1: 0.9, b2: 0.99 }, look: 2 },
    ],
    at: null,
    preset: null,
  },
  functions: { group: "activations", names: null, values: {}, at: null },
  stability: {
    rule: "momentum",
    values: {},
    across: "momentum",
    curvature: 4,
    probes: [
      [0.2, 0.3],
      [0.6, 0.8],
    ],
  },
};

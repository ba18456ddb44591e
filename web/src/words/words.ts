// Everything the page says. A language is one value of this type, so that none can lack a sentence.

export interface Regime {
  readonly kind: string;
  readonly at?: number;
  readonly rises?: number;
  readonly turns?: number;
  readonly settled?: number | null;
  readonly left?: number;
  readonly on?: string;
}

/** What Python says, in each language (see lab/requests.py), and the code of it. */
export interface Sentence {
  readonly code: string;
  readonly en: string;
  readonly zh: string;
}

export interface Words {
  readonly language: string; // its own name
  readonly code: string;
  // the app
  readonly tabs: Readonly<Record<string, string>>;
  readonly theme: (dark: boolean) => string;
  readonly chooseLanguage: string;
  readonly connecting: string;
  readonly preparing: string; // connected, but nothing has come yet
  readonly error: (said: Sentence) => string; // what Python says
  readonly lost: (why: Sentence) => string;
  readonly unanswered: string;
  readonly cannot: (why: Sentence) => string;
  readonly save: string;
  readonly copyCode: string;
  readonly copied: string;
  readonly codeHere: string;
  readonly close: string;
  readonly startAnew: string;
  // choosing
  readonly presets: string;
  readonly preset: Readonly<Record<string, string>>;
  readonly question: Readonly<Record<string, string>>;
  readonly surfaces: string;
  readonly surface: Readonly<Record<string, string>>;
  readonly about: Readonly<Record<string, string>>; // a sentence on a surface, where Python's own will not do
  readonly formula: string;
  readonly rules: string;
  readonly rule: (place: number) => string;
  readonly add: string;
  readonly remove: (rule: string) => string;
  readonly more: string;
  readonly schedule: string;
  readonly constant: string;
  readonly schedules: Readonly<Record<string, string>>;
  readonly numbers: Readonly<Record<string, string>>;
  readonly switches: Readonly<Record<string, string>>;
  readonly start: (axis: string) => string;
  readonly steps: string;
  readonly noise: string;
  readonly seed: string;
  // looking
  readonly picture: string;
  readonly hint: string;
  readonly star: string;
  readonly regression: string;
  readonly losses: string;
  readonly loss: string; // its axis
  readonly play: string;
  readonly pause: string;
  readonly back: string;
  readonly forward: string;
  readonly step: (at: number, of: number) => string;
  readonly glyphs: string;
  readonly trials: string;
  readonly model: string;
  readonly regime: (regime: Regime) => string;
  readonly limit: (rate: string, beyond: boolean) => string;
  readonly reached: (hit: number | null, stays: number | null, target: string) => string;
  readonly summary: (surface: string, step: number, each: readonly string[]) => string;
  readonly ends: (rule: string, loss: string, regime: string) => string;
  // the table
  readonly table: string;
  readonly caption: string;
  readonly columns: { readonly step: string; readonly loss: string; readonly rate: string; readonly printed: string };
  // stability
  readonly stability: {
    readonly question: (linear: boolean) => string;
    readonly picture: string;
    readonly rule: string;
    readonly across: string;
    readonly curvature: string;
    readonly growth: (growth: string) => string;
    readonly circling: string;
    readonly circles: (size: string) => string;
    readonly linear: (linear: boolean) => string;
    readonly key: (linear: boolean) => string;
    readonly probe: (place: number) => string;
    readonly use: string;
    readonly hint: string;
    readonly says: Readonly<Record<string, string>>;
  };
  // functions
  readonly functions: {
    readonly question: Readonly<Record<string, string>>;
    readonly groups: Readonly<Record<string, string>>;
    readonly axis: Readonly<Record<string, string>>;
    readonly curves: Readonly<Record<string, string>>;
    readonly numbers: Readonly<Record<string, string>>;
    readonly shown: string;
    readonly value: string;
    readonly slope: string;
  };
}

/** The entry of that name, or the name itself in readable form. */
export function named(entries: Readonly<Record<string, string>>, name: string): string {
  return entries[name] ?? name.replaceAll("_", " ");
}

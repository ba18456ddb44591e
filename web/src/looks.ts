// One colour and dash pattern a rule (after Okabe and Ito, Color Universal Design, 2008), and the colours of a theme.

export interface Look {
  readonly light: string;
  readonly dark: string;
  readonly dash: readonly number[];
}

export const LOOKS: readonly Look[] = [
  { light: "#0072b2", dark: "#56b4e9", dash: [] },
  { light: "#c25400", dark: "#ff8a3d", dash: [9, 4] },
  { light: "#00805c", dark: "#2fc79a", dash: [2.5, 3] },
  { light: "#b0307f", dark: "#e78fc0", dash: [10, 3, 2.5, 3] },
  { light: "#8a6100", dark: "#e6b422", dash: [] },
  { light: "#4b3fb0", dark: "#a79bff", dash: [9, 4] },
  { light: "#444444", dark: "#c9c9c9", dash: [2.5, 3] },
  { light: "#a61c1c", dark: "#ff8080", dash: [10, 3, 2.5, 3] },
];

export interface Theme {
  readonly name: "light" | "dark";
  readonly page: string;
  readonly ink: string;
  readonly quiet: string;
  readonly faint: string;
  readonly contour: string;
  readonly low: readonly [number, number, number];
  readonly high: readonly [number, number, number];
}

export const THEMES: Readonly<Record<"light" | "dark", Theme>> = {
  light: {
    name: "light",
    page: "#ffffff",
    ink: "#1d2530",
    quiet: "#5a6572",
    faint: "#dfe4ea",
    contour: "#7f93a8",
    low: [252, 253, 255],
    high: [176, 194, 212],
  },
  dark: {
    name: "dark",
    page: "#12171e",
    ink: "#e8edf3",
    quiet: "#a3afbc",
    faint: "#2b3541",
    contour: "#4d6279",
    low: [16, 22, 30],
    high: [60, 80, 102],
  },
};

export function colour(look: number, theme: Theme): string {
  return (LOOKS[look % LOOKS.length] as Look)[theme.name];
}

/** The pattern; where the colours begin again it is the next one's. */
export function dash(look: number): readonly number[] {
  return (LOOKS[(look + Math.floor(look / LOOKS.length)) % LOOKS.length] as Look).dash;
}

/** The ground's colour between the valley (0) and the hills (1). */
export function ground(share: number, theme: Theme): string {
  const mixed = theme.low.map((low, i) => Math.round(low + ((theme.high[i] as number) - low) * share));
  return `rgb(${mixed.join(",")})`;
}

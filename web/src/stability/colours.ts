// The colours of the map.

const STOPS: readonly (readonly [number, readonly [number, number, number]])[] = [
  [0, [8, 84, 96]],
  [0.5, [46, 141, 128]],
  [0.8, [120, 190, 140]],
  [0.93, [214, 227, 155]],
  [1, [255, 249, 214]],
];

/** Where the distance grows. */
export const BEYOND = "rgb(12,12,14)";

/** From which growth on a rule diverges. A growth that was measured is up to 1.02 for a rule that hovers. */
export const edge = (linear: boolean): number => 1 + (linear ? 1e-6 : 2e-2);

/** The colour of a growth up to 1: dark green where one update leaves nothing, pale where it leaves all. */
export function colourOf(given: number): readonly [number, number, number] {
  const growth = given <= 1 ? given : 1;
  const above = Math.max(
    STOPS.findIndex(([stop]) => growth <= stop),
    1,
  );
  const [[low, from], [high, to]] = [STOPS[above - 1], STOPS[above]] as [(typeof STOPS)[number], (typeof STOPS)[number]];
  const share = Math.min((growth - low) / (high - low), 1);
  return [0, 1, 2].map((i) => Math.round((from[i] as number) + ((to[i] as number) - (from[i] as number)) * share)) as [
    number,
    number,
    number,
  ];
}

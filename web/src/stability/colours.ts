// The colours of the map.

const STOPS: readonly (readonly [number, readonly [number, number, number]])[] = [
  [0, [8, 84, 96]],
  [0.5, [46, 141, 128]],
  [0.8, [120, 190, 140]],
  [0.93, [214, 227, 155]],
  [1, [255, 249, 214]],
];

/** The colour of a growth: dark green where one update leaves nothing, pale where it leaves all, black beyond.
 * A growth that was measured is up to 1.02 for a rule that hovers. */
export function colourOf(given: number, linear: boolean): readonly [number, number, number] {
  if (!(given <= 1 + (linear ? 1e-6 : 2e-2))) return [12, 12, 14];
  const growth = Math.min(given, 1);
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

// The colours of the map.

type Ink = readonly [number, number, number];
type Stops = readonly (readonly [number, Ink])[];

const STOPS: Stops = [
  [0, [8, 84, 96]],
  [0.5, [46, 141, 128]],
  [0.8, [120, 190, 140]],
  [0.93, [214, 227, 155]],
  [1, [255, 249, 214]],
];
// by the power of ten of the circles' size
const CIRCLES: Stops = [
  [-4, [250, 221, 190]],
  [-2, [238, 152, 72]],
  [0, [182, 72, 18]],
  [1.5, [92, 28, 6]],
];

/** Where the distance grows. */
export const BEYOND = "rgb(12,12,14)";

/** From which growth on a rule diverges. */
export const EDGE = 1 + 1e-6;

/** Up to growth 1, dark green where one update leaves nothing and pale where it leaves all; where a rule circles, from pale
 * orange to brown by the size of its circles, which is 0 elsewhere. */
export function colourOf(growth: number, size: number): Ink {
  return size > 0 ? between(CIRCLES, Math.log10(size)) : between(STOPS, growth <= 1 ? growth : 1);
}

function between(stops: Stops, given: number): Ink {
  const last = stops.length - 1;
  const value = Math.min(Math.max(given, (stops[0] as Stops[number])[0]), (stops[last] as Stops[number])[0]);
  const above = Math.max(
    stops.findIndex(([stop]) => value <= stop),
    1,
  );
  const [[low, from], [high, to]] = [stops[above - 1], stops[above]] as [Stops[number], Stops[number]];
  const share = (value - low) / (high - low);
  return from.map((ink, i) => Math.round(ink + ((to[i] as number) - ink) * share)) as unknown as Ink;
}

// A picture as it comes from Python: a header and the float32 arrays that it names.

export type Values = Float32Array;

export interface Table {
  readonly shape: readonly number[];
  readonly values: Values;
}

export interface Frame {
  readonly header: Record<string, unknown>;
  readonly arrays: ReadonlyMap<string, Table>;
}

/** Reads what lab/frames.py packs: the header's length, the header as JSON, the arrays; all little-endian. */
export function unpacked(bytes: ArrayBuffer): Frame {
  const length = new DataView(bytes).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length))) as Record<string, unknown>;
  const arrays = new Map<string, Table>();
  const layout = header["arrays"] as Record<string, [number[], number]>;
  for (const [name, [shape, place]] of Object.entries(layout)) {
    const count = shape.reduce((product, side) => product * side, 1);
    arrays.set(name, { shape, values: new Float32Array(bytes, 4 + length + 4 * place, count) });
  }
  return { header, arrays };
}

/** The array of that name; an empty one where there is none. */
export function table(frame: Frame, name: string): Table {
  return frame.arrays.get(name) ?? { shape: [0], values: new Float32Array() };
}

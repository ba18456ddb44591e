import assert from "node:assert/strict";
import { test } from "node:test";
import { Link, UNSAID, type Wire } from "../src/link.ts";

/** A frame as lab/frames.py packs it, with one array. */
function frame(header: object, values: number[] = []): ArrayBuffer {
  const text = JSON.stringify({ ...header, arrays: { numbers: [[values.length], 0] } });
  const head = new TextEncoder().encode(text.padEnd(4 * Math.ceil(text.length / 4)));
  const bytes = new ArrayBuffer(4 + head.length + 4 * values.length);
  new DataView(bytes).setUint32(0, head.length, true);
  new Uint8Array(bytes, 4, head.length).set(head);
  new Float32Array(bytes, 4 + head.length).set(values);
  return bytes;
}

function linked(): { link: Link; wire: Wire; sent: { ask: string; seq: number; state: unknown }[] } {
  const sent: { ask: string; seq: number; state: unknown }[] = [];
  const wire: Wire = { send: (text) => sent.push(JSON.parse(text)), onMessage: () => {}, onOpen: () => {}, onClose: () => {} };
  return { link: new Link(wire), wire, sent };
}

test("while one request is under way only the newest behind it is kept", () => {
  const { link, wire, sent } = linked();
  const taken: number[][] = [];
  link.take("descent", ({ arrays }) => taken.push([...(arrays.get("numbers")?.values ?? [])]));
  wire.onOpen();
  for (const state of [1, 2, 3]) link.ask("descent", state);
  assert.deepEqual(
    sent.map(({ state }) => state),
    [1],
  );
  wire.onMessage(frame({ seq: sent[0]?.seq }, [0.5, 7]));
  assert.deepEqual(
    sent.map(({ state }) => state),
    [1, 3],
  );
  wire.onMessage(frame({ seq: 999 }, [1]));
  assert.deepEqual(taken, [[0.5, 7]]);
});

test("an answer in several frames ends with the one that says so", () => {
  const { link, wire, sent } = linked();
  wire.onOpen();
  link.ask("stability", "coarse and fine");
  wire.onMessage(frame({ seq: sent[0]?.seq, more: true }));
  assert.equal(sent.length, 1);
  link.ask("stability", "next");
  assert.equal(sent.length, 2);
  wire.onMessage(frame({ seq: sent[0]?.seq }));
  wire.onMessage(frame({ seq: sent[1]?.seq }));
  assert.equal(sent.length, 2);
});

test("after a lost connection the newest requests are sent again", () => {
  const { link, wire, sent } = linked();
  const changes: boolean[] = [];
  link.onChange = (open) => changes.push(open);
  link.ask("descent", "before it opened");
  assert.equal(sent.length, 0);
  wire.onOpen();
  wire.onClose(UNSAID);
  link.ask("descent", "while it was gone");
  wire.onOpen();
  assert.deepEqual(
    sent.map(({ state }) => state),
    ["before it opened", "while it was gone"],
  );
  assert.deepEqual(changes, [true, false, true]);
});

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Comm, PATIENCE } from "../src/comm.ts";

type Listener = (content: unknown, buffers: DataView[]) => void;

interface Heard {
  readonly comm: Comm;
  readonly said: string[];
  readonly told: Map<string, Listener>;
  readonly hear: Listener;
}

function connected(send: (content: unknown) => void = () => {}): Heard {
  const told = new Map<string, Listener>();
  const said: string[] = [];
  const comm = new Comm({
    get: () => null,
    set: () => {},
    save_changes: () => {},
    send,
    on: (event, listener) => told.set(event, listener),
    off: (event) => told.delete(event),
  });
  comm.onOpen = () => said.push("open");
  comm.onClose = () => said.push("closed");
  comm.onMessage = (bytes) => said.push(`${bytes.byteLength} bytes`);
  comm.connect();
  return { comm, said, told, hear: (content, buffers) => told.get("msg:custom")?.(content, buffers) };
}

const ANSWER = [new DataView(new ArrayBuffer(8), 4, 3)];

test("a kernel that does not answer for a while is taken for lost, until it answers after all", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { comm, said, hear, told } = connected();
  comm.send("a");
  hear({}, ANSWER);
  mock.timers.tick(2 * PATIENCE);
  comm.send("b");
  mock.timers.tick(PATIENCE - 1);
  comm.send("c");
  assert.deepEqual(said, ["open", "3 bytes"]);
  mock.timers.tick(1);
  hear({}, ANSWER);
  assert.deepEqual(said, ["open", "3 bytes", "closed", "open", "3 bytes"]);
  comm.send("d");
  comm.leave();
  mock.timers.tick(2 * PATIENCE);
  assert.equal(said.length, 5);
  assert.equal(told.size, 0);
  mock.timers.reset();
});

test("where nothing can be sent any more the kernel is lost at once, and asked again when Jupyter has news of it", () => {
  let there = false;
  const { comm, said, told } = connected(() => {
    if (!there) throw new Error("Cannot send");
  });
  comm.send("a");
  assert.deepEqual(said, ["open", "closed"]);
  there = true;
  told.get("comm_live_update")?.({}, []);
  comm.send("b");
  assert.deepEqual(said, ["open", "closed", "open"]);
  comm.leave();
});

// What a page did and when, in milliseconds, told from outside of its own code: input events, requests, answers, drawings.
{
  const none = () => ({ inputs: [], sent: [], painted: [], answered: [], waited: [], drawing: [], taking: [] });
  let seen = none();
  const asked = new Map(); // the time of each request for a picture, by its number
  const later = new MessageChannel(); // a message comes after the screen's refresh
  const waiting = [];
  later.port1.onmessage = () => waiting.splice(0).forEach((painted) => painted());
  addEventListener("input", (event) => seen.inputs.push(event.timeStamp), true);

  const refresh = window.requestAnimationFrame.bind(window);
  let drawing = 0; // milliseconds in this refresh
  let at = 0;
  window.requestAnimationFrame = (draw) =>
    refresh((now) => {
      const began = performance.now();
      if (at !== now) [at, drawing] = [now, 0];
      draw(now);
      drawing += performance.now() - began;
    });

  const numberOf = (bytes) =>
    JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, new DataView(bytes).getUint32(0, true)))).seq;
  const answer = ({ data }) => {
    const came = performance.now();
    const seq = numberOf(data);
    const sent = asked.get(seq);
    if (sent === undefined) return;
    asked.delete(seq);
    refresh(() => {
      const began = performance.now();
      waiting.push(() => {
        seen.sent.push(sent);
        seen.painted.push(performance.now());
        seen.answered.push(came - sent);
        seen.waited.push(began - drawing - came);
        seen.drawing.push(drawing);
      });
      later.port2.postMessage(0);
    });
  };

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    if (!this.onmessage.timed) {
      const take = this.onmessage;
      this.onmessage = (event) => {
        const began = performance.now();
        take(event);
        seen.taking.push(performance.now() - began);
        answer(event);
      };
      this.onmessage.timed = true;
    }
    const { ask, seq } = JSON.parse(text);
    if (ask === "descent") asked.set(seq, performance.now());
    send.call(this, text);
  };

  window.seen = { begin: () => void (seen = none()), told: () => seen };
}

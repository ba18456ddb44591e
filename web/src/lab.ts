// The one bundle for both hosts: the page mounts itself, a notebook calls render.

import { Address } from "./address.ts";
import { mount } from "./app.ts";
import { Socket } from "./socket.ts";
import { render } from "./widget.ts";

const page = document.getElementById("descend-lab");
if (page) {
  const token = new URLSearchParams(location.search).get("token") ?? "";
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new Socket(`${scheme}://${location.host}/link?token=${encodeURIComponent(token)}`);
  mount(page, socket, new Address());
  socket.connect();
}

export default { render };

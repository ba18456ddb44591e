// Making elements in few words.

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | ((event: never) => void) | null | undefined>;

/** An element with attributes (functions are listeners: onclick) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.replace(/^on/, ""), value as EventListener);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return made;
}

/** An element's text, replaced where it is another: the same text set anew is laid out anew. */
export function tell(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** An element's children, replaced; what was open stays open, and the focus where a control of the same name is there again. */
export function fill(element: Element, ...children: Child[]): void {
  const focused = focusIn(element)?.getAttribute("data-key");
  const open = [...element.querySelectorAll("details[open]")].map((details) => details.getAttribute("data-key"));
  element.replaceChildren(...children.filter((child): child is Node | string => Boolean(child)));
  for (const key of open) if (key) find(element, key)?.setAttribute("open", "");
  if (focused) find(element, focused)?.focus();
}

/** What has the focus within an element, which may stand in the shadow tree of a notebook's cell. */
export function focusIn(element: Element): Element | null {
  const active = (element.getRootNode() as Document).activeElement ?? null;
  return element.contains(active) ? active : null;
}

/** The control of a name. */
export function find(element: Element, key: string): HTMLElement | null {
  return element.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

/** A choice among words. */
export function choice(
  label: string,
  key: string,
  options: [string, string][],
  value: string,
  chosen: (value: string) => void,
): HTMLSelectElement {
  const made = h(
    "select",
    { "aria-label": label, "data-key": key, onchange: () => chosen(made.value) },
    ...options.map(([name, text]) => h("option", { value: name, selected: name === value }, text)),
  );
  return made;
}

/** A button. */
export function button(text: string, key: string, act: () => void, more: Attributes = {}): HTMLButtonElement {
  return h("button", { type: "button", "data-key": key, onclick: act, ...more }, text);
}

/** How wide a picture may be where it stands, in CSS pixels. */
export function roomFor(picture: HTMLElement): number {
  return Math.max(picture.clientWidth || (picture.parentElement?.clientWidth ?? 320), 240);
}

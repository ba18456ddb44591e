// Dragging over a picture, or passing over it, by pointer; by keyboard sliders do the same.

/** Where a pointer is on a picture, and the picture's size, in CSS pixels. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** `moved` is called where a drag begins and at every movement; `begins` says whether one may begin there. */
export function drag(
  canvas: HTMLCanvasElement,
  moved: (place: Place) => void,
  begins: (place: Place) => boolean = () => true,
): void {
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !begins(placeOf(canvas, event))) return;
    canvas.setPointerCapture(event.pointerId);
    moved(placeOf(canvas, event));
  });
  canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && moved(placeOf(canvas, event)));
}

/** `passed` is called where a mouse passes over a picture, or a finger is put on it and moved. */
export function pass(canvas: HTMLCanvasElement, passed: (place: Place) => void): void {
  const over = (event: PointerEvent): void => {
    if (event.pointerType === "mouse" || event.buttons) passed(placeOf(canvas, event));
  };
  canvas.addEventListener("pointerdown", over);
  canvas.addEventListener("pointermove", over);
}

function placeOf(canvas: HTMLCanvasElement, event: PointerEvent): Place {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return { left: event.clientX - left, top: event.clientY - top, width, height };
}

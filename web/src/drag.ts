// Dragging over a picture by pointer; by keyboard sliders do the same.

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
  const placeOf = (event: PointerEvent): Place => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return { left: event.clientX - left, top: event.clientY - top, width, height };
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !begins(placeOf(event))) return;
    canvas.setPointerCapture(event.pointerId);
    moved(placeOf(event));
  });
  canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && moved(placeOf(event)));
}

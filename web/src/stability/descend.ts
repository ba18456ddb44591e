// From a probe to the view Descent.

import type { Settings } from "./settings.ts";

/** The same rule, numbers and curvature in the view Descent. */
export function descend(settings: Settings, [rate, other]: readonly [number, number]): void {
  const { rule, values, across, curvature } = settings.state;
  const { descent } = settings.context.state();
  settings.context.change({
    view: "descent",
    descent: {
      ...descent,
      problem: "parabola",
      options: { curvature },
      start: null,
      steps: 60,
      noise: 0,
      target: null,
      at: null,
      preset: null,
      rules: [{ rule, values: { ...values, learning_rate: rate, [across]: other }, look: 0 }],
    },
  });
}

import type { Regime, Words } from "./words.ts";

const times = (count: number | undefined): string => (count === 1 ? "once" : count === 2 ? "twice" : `${count} times`);
const percent = (share: number | undefined): string => {
  const value = 100 * (share ?? 0);
  return value >= 1 ? `${value.toFixed(0)} %` : value >= 0.1 ? `${value.toFixed(1)} %` : "less than 0.1 %";
};

const PLACES: Readonly<Record<string, string>> = {
  maximum: "stopped at a maximum: the slope is 0 there",
  saddle: "stopped at a saddle: the slope is 0 there, but it is not a minimum",
  level: "stopped on level ground: the slope is 0 there",
};

function regime(found: Regime): string {
  switch (found.kind) {
    case "diverges":
      return `diverges: it rises above its start at step ${found.at} and keeps rising`;
    case "leaves":
      return `leaves: at step ${found.at} it reaches a point where the surface has no value`;
    case "one_step":
      return "one step: it reaches the minimum at once";
    case "rings":
      return `ringing: the loss rises ${times(found.rises)} before it settles at step ${found.settled}`;
    case "restless":
      return `restless: the loss rises ${times(found.rises)} and has not settled`;
    case "zigzags":
      return `zigzags: it changes direction ${times(found.turns)} ${found.settled ? `and arrives at step ${found.settled}` : `and ${percent(found.left)} of the height is left`}`;
    case "arrives":
      return `smooth: it arrives at step ${found.settled}`;
    case "stuck":
      return `stuck: it stops with ${percent(found.left)} of the height left`;
    case "stands":
      return PLACES[found.on ?? ""] ?? "at rest: its steps are 0";
    case "begins":
      return "at rest: it starts at the minimum and stays there";
    case "climbs":
      return "climbs: it leaves the minimum where it started";
    case "falls":
      return "falls: it has found the way down and keeps going";
    default:
      return found.left === undefined ? "slow: it is still on its way down" : `slow: ${percent(found.left)} of the height is left`;
  }
}

export const EN: Words = {
  language: "English",
  code: "en",
  tabs: { descent: "Descent", stability: "Stability", functions: "Functions" },
  theme: (dark) => (dark ? "Light" : "Dark"),
  chooseLanguage: "Language",
  error: (said) => said.en,
  connecting: "Connecting to Python \u2026",
  preparing: "Python is preparing the first picture …",
  lost: (why) =>
    `The connection to Python is lost${why.en ? ` (${why.en})` : ""}. The page reconnects by itself and keeps your settings. If descend lab has stopped, start it again and open its new address; append everything from the # in this address to keep the picture.`,
  unanswered:
    "Python does not answer. If the kernel is busy, the lab continues when it is free; if it was restarted or shut down, run this cell again.",
  cannot: (why) => `This cannot be drawn: ${why.en}`,
  save: "Save",
  copyCode: "Copy as Python",
  copied: "Copied",
  codeHere: "This program computes the same numbers:",
  close: "Close",
  startAnew: "Start over",
  presets: "Examples",
  preset: {
    step_sizes: "Three learning rates",
    momentum: "Three momentum values",
    adaptive: "Adaptive rules",
    parabola: "On a parabola",
    regression: "A regression",
    decay: "A decaying learning rate",
    saddle: "A saddle",
    valley: "A curved valley",
    noise: "Noisy gradients",
  },
  question: {
    "": "Drag the start or a slider. Which rule would you trust from any starting point?",
    step_sizes: "One rule, three learning rates. Where between 0.42 and 0.61 does it start to diverge?",
    momentum: "A high learning rate with high momentum makes the path ring. Which of the two would you lower first?",
    adaptive: "The valley is 20 times steeper across than along. Why does that not matter to these rules?",
    parabola: "One number to find, three learning rates. Which one jumps over the minimum and still arrives?",
    regression: "Momentum drops below a millionth at step 144, then rises again. When has a rule really arrived?",
    decay: "The learning rate shrinks by 1 % at every update. Does the rule arrive sooner or later than with a constant one?",
    saddle: "Almost on the ridge, the slope nearly vanishes. Which rule finds the way down first?",
    valley: "Reaching the valley floor is easy. What helps to follow the curve?",
    noise: "Every gradient is slightly wrong. What averages the errors out: a lower learning rate, or more momentum?",
  },
  surfaces: "Surface",
  surface: {
    parabola: "parabola",
    bowl: "bowl",
    ravine: "ravine",
    saddle: "saddle",
    rosenbrock: "curved valley",
    beale: "plain and walls",
    himmelblau: "four minima",
    rastrigin: "egg box",
    formula: "your formula",
    bivariate: "regression",
  },
  about: {},
  formula: "f(x, y) =",
  rules: "Rules",
  rule: (place) => `rule ${place}`,
  add: "Add a rule",
  remove: (rule) => `Remove ${rule}`,
  more: "more",
  schedule: "learning rate over time",
  constant: "constant",
  schedules: {
    cosine: "cosine",
    exponential: "exponential decay",
    inverse_time: "inverse time",
    linear: "linear",
    one_cycle: "one cycle",
    warmup: "warm-up",
    warmup_stable_decay: "warm-up, stable, decay",
  },
  numbers: {
    learning_rate: "learning rate",
    momentum: "momentum",
    b1: "decay of the first moment, b1",
    b2: "decay of the second moment, b2",
    b3: "decay b3",
    decay: "decay of the second moment",
    eps: "added to the root, eps",
    eps_root: "added under the root, eps_root",
    weight_decay: "weight decay",
    initial_accumulator: "initial accumulator",
    condition: "condition number",
    angle: "rotation in degrees",
    curvature: "curvature",
    center: "minimum at",
    decay_rate: "decay rate",
    transition_steps: "transition steps",
    damping: "first damping",
    decrease: "decrease asked for (Armijo)",
    first: "length first tried",
    gamma: "share of the curvature, gamma",
    power: "power of the curvature",
    radius: "first radius of trust",
  },
  switches: {},
  start: (axis) => `start at ${axis} =`,
  steps: "steps",
  noise: "gradient noise",
  seed: "noise seed",
  picture: "Paths of the rules on the surface",
  hint: "Click or drag to move the start.",
  star: "The star is the minimum.",
  regression: "Two of the parameters are drawn; the others follow from them.",
  losses: "Loss at every step",
  loss: "loss",
  play: "Play",
  pause: "Pause",
  back: "One step back",
  forward: "One step forward",
  step: (at, of) => `step ${at} of ${of}`,
  glyphs: "Arrows: velocity; boxes: root mean squared gradient.",
  trials: "Hollow dots: refused trials.",
  model: "Thin dashed lines: the quadratic that a Newton step takes the surface for.",
  regime,
  limit: (rate, beyond) => (beyond ? `above its limit: stable up to ${rate}` : `stable up to ${rate}`),
  reached: (hit, stays, target) =>
    hit === null
      ? `never below ${target}`
      : hit === stays
        ? `below ${target} from step ${hit} on`
        : `first below ${target} at step ${hit}, ${stays === null ? "never stays below" : `stays below from step ${stays}`}`,
  summary: (surface, step, each) => `On the surface \u201c${surface}\u201d, at step ${step}: ${each.join("; ")}.`,
  ends: (rule, loss, words) => `${rule} has loss ${loss} (${words})`,
  table: "The numbers",
  caption: "Points and losses of every rule",
  columns: { step: "step", loss: "loss", rate: "learning rate", printed: "published" },
  stability: {
    question: (linear) =>
      linear
        ? "Where is the edge of stability, and which way does more momentum move it?"
        : "This rule hardly ever diverges. What does it do instead at a high learning rate?",
    picture: "Growth of the distance to the minimum per update",
    rule: "Rule",
    across: "against",
    curvature: "curvature",
    growth: (growth) => `\u00d7 ${growth} per step`,
    circling: "circles, small to wide",
    circles: (size) => `does not settle: up to ${size} away within 2048 updates (it starts 1 away)`,
    linear: (linear) =>
      linear
        ? "Computed: the spectral radius of one update."
        : "Measured over 2048 updates from five starts, because this rule adapts.",
    key: (linear) =>
      linear
        ? "Colour: the share of the distance left after an update; black: the distance grows."
        : "Green: the share of the distance left after an update; orange: the rule circles without settling (browner: wider circles); black: it diverges.",
    probe: (place) => `Probe ${place}`,
    use: "See it descend",
    hint: "Drag a probe over the map.",
    says: {
      diverges: "diverging",
      one_step: "one step",
      rings: "ringing",
      restless: "ringing",
      zigzags: "oscillating",
      arrives: "monotone",
      slow: "slow",
      stuck: "at rest",
      falls: "falling",
      stands: "at rest",
      begins: "at rest",
      climbs: "climbing",
      leaves: "leaving",
    },
  },
  functions: {
    question: {
      activations: "Far from 0, some slopes almost vanish. What can a deep network learn through ten such layers?",
      errors: "Too high a prediction may cost less than too low a one. On which side does the asymmetric loss prefer to err?",
      entropies: "Being confident and wrong is expensive. How much does more confidence gain when you are right?",
      schedules: "Which of these keeps the learning rate high the longest?",
    },
    groups: {
      activations: "Activations",
      errors: "Regression losses",
      entropies: "Classification losses",
      schedules: "Learning rate over time",
    },
    axis: {
      activations: "input",
      errors: "prediction minus target",
      entropies: "logit of this class minus the other",
      schedules: "step",
    },
    curves: {
      this_class: "true class: this one",
      other_class: "true class: the other",
      leaky_relu: "leaky relu",
      inverse_time: "inverse time",
      warmup: "warm-up",
      one_cycle: "one cycle",
      piecewise_constant: "piecewise",
      warmup_stable_decay: "warm-up, stable",
    },
    numbers: { profit: "cost per unit too low", cost: "cost per unit too high" },
    shown: "Curves",
    value: "value",
    slope: "slope",
  },
};

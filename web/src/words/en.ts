import type { Regime, Words } from "./words.ts";

const times = (count: number | undefined): string => (count === 1 ? "once" : count === 2 ? "twice" : `${count} times`);
const percent = (share: number | undefined): string => {
  const value = 100 * (share ?? 0);
  return value >= 1 ? `${value.toFixed(0)} %` : value >= 0.1 ? `${value.toFixed(1)} %` : "less than 0.1 %";
};

const PLACES: Readonly<Record<string, string>> = {
  maximum: "stands on a maximum: the slope is 0 there",
  saddle: "stands on a saddle: the slope is 0 there, yet it is no minimum",
  level: "stands on level ground: the slope is 0 there",
};

function regime(found: Regime): string {
  switch (found.kind) {
    case "diverges":
      return `diverges: at step ${found.at} it is first above its start, and it rises on`;
    case "leaves":
      return `leaves: at step ${found.at} it stands where the surface has no value`;
    case "one_step":
      return "one step: it lands at the bottom at once";
    case "rings":
      return `ringing: the loss rises ${times(found.rises)} before it settles at step ${found.settled}`;
    case "restless":
      return `restless: the loss rises ${times(found.rises)} and has not settled`;
    case "zigzags":
      return `zigzags: it turns around ${times(found.turns)} ${found.settled ? `and arrives at step ${found.settled}` : `and ${percent(found.left)} of the height is left`}`;
    case "arrives":
      return `smooth: it arrives at step ${found.settled}`;
    case "stuck":
      return `stuck: it rests with ${percent(found.left)} of the height left`;
    case "stands":
      return PLACES[found.on ?? ""] ?? "stands still: its steps are 0";
    case "begins":
      return "at rest: it begins at the bottom and stays there";
    case "climbs":
      return "climbs: it leaves the bottom where it began";
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
  error: (english) => english,
  connecting: "Connecting to Python \u2026",
  preparing: "Python is preparing the first picture …",
  lost: (why) =>
    `The connection to Python is lost${why ? ` (${why})` : ""}. It comes back by itself, and nothing you set is gone. If descend lab was ended, start it again and open its new address; what stands behind the # of this one keeps the picture.`,
  unanswered:
    "Python does not answer. If its kernel is busy, the lab goes on by itself when it is free; if it was restarted or ended, run this cell again.",
  cannot: (why) => `This cannot be drawn: ${why}`,
  save: "Save",
  copyCode: "Copy as Python",
  copied: "Copied",
  codeHere: "This program makes the same numbers:",
  close: "Close",
  startAnew: "Start anew",
  presets: "One click away",
  preset: {
    step_sizes: "Three step sizes",
    momentum: "Three momenta",
    adaptive: "Adaptive rules",
    parabola: "On a parabola",
    regression: "A regression",
    decay: "A decaying step",
    saddle: "A saddle",
    valley: "A bent valley",
    noise: "Noisy gradients",
  },
  question: {
    "": "Drag the start, or a slider. Which rule would you trust from anywhere?",
    step_sizes: "Three step sizes, one rule. Where between 0.42 and 0.61 does going down turn into flying away?",
    momentum: "A large step with much momentum rings. Which of the two would you lower first?",
    adaptive: "The valley is 20 times steeper across than along. Why do these rules not care?",
    parabola: "One number to find, three step sizes. Which one jumps over the minimum and still arrives?",
    regression: "Momentum is below a millionth at step 144, then leaves again. When has a rule really arrived?",
    decay: "The step shrinks by 1 % at every update. Does the end come sooner or later than with a constant step?",
    saddle: "Almost on the ridge, the slope nearly vanishes. Who finds the way down first?",
    valley: "Entering the valley is easy. What helps to follow its bend?",
    noise: "Every gradient is a little wrong. Do smaller steps or more momentum average that away?",
  },
  surfaces: "Surface",
  surface: {
    parabola: "parabola",
    bowl: "bowl",
    ravine: "ravine",
    saddle: "saddle",
    rosenbrock: "bent valley",
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
  schedule: "step size over time",
  constant: "constant",
  schedules: {
    cosine: "cosine",
    exponential: "exponential decay",
    inverse_time: "one over time",
    linear: "linear",
    one_cycle: "one cycle",
    warmup: "warm-up",
    warmup_stable_decay: "warm-up, stable, decay",
  },
  numbers: {
    learning_rate: "step size",
    momentum: "momentum",
    b1: "memory of the slope, b1",
    b2: "memory of its square, b2",
    b3: "memory b3",
    decay: "memory of the square",
    eps: "floor under the root, eps",
    eps_root: "floor inside the root",
    weight_decay: "pull to zero",
    initial_accumulator: "accumulator at the start",
    condition: "steeper across by a factor of",
    angle: "turned by degrees",
    curvature: "curvature",
    center: "minimum at",
    decay_rate: "decay rate",
    transition_steps: "over steps",
  },
  switches: {},
  start: (axis) => `start at ${axis} =`,
  steps: "steps",
  noise: "noise in every gradient",
  seed: "seed of the noise",
  picture: "Paths of the rules on the surface",
  hint: "Click or drag to move the start.",
  star: "The star is the minimum.",
  regression: "Two of the parameters are drawn; the others follow from them.",
  losses: "Loss at every step",
  loss: "loss",
  play: "Play",
  pause: "Pause",
  back: "One step back",
  forward: "One step on",
  step: (at, of) => `step ${at} of ${of}`,
  glyphs: "Arrows: velocity; boxes: root mean squared gradient.",
  regime,
  limit: (rate, beyond) => (beyond ? `beyond its limit: stable up to ${rate}` : `stable up to ${rate}`),
  reached: (hit, stays, target) =>
    hit === null
      ? `never below ${target}`
      : hit === stays
        ? `below ${target} from step ${hit} on`
        : `first below ${target} at step ${hit}, for good ${stays === null ? "never" : `from step ${stays}`}`,
  summary: (surface, step, each) => `On the surface \u201c${surface}\u201d, at step ${step}: ${each.join("; ")}.`,
  ends: (rule, loss, words) => `${rule} has loss ${loss} (${words})`,
  table: "The numbers",
  caption: "Points and losses of every rule",
  columns: { step: "step", loss: "loss", rate: "step size", printed: "in print" },
  stability: {
    question: (linear) =>
      linear
        ? "Where is the edge, and which way does more memory move it?"
        : "This rule hardly ever diverges. What does it do instead with a large step?",
    picture: "Growth of the distance to the minimum at every update",
    rule: "Rule",
    across: "against",
    curvature: "curvature",
    growth: (growth) => `\u00d7 ${growth} at every step`,
    circling: "circles, small to wide",
    circles: (size) => `does not stay: up to ${size} away in 2048 updates (it starts 1 away)`,
    linear: (linear) =>
      linear
        ? "Computed: the spectral radius of one update."
        : "Measured over 2048 updates from five starts, because this rule adapts.",
    key: (linear) =>
      linear
        ? "Colour: how much of the distance an update leaves; black: it grows."
        : "Green: how much of the distance an update leaves; orange: it circles and never settles, the browner the wider; black: it diverges.",
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
      activations: "Far from 0 some slopes are almost nothing. What does a deep network learn through ten of them?",
      errors: "A prediction too high may cost less than one too low. Where does the asymmetric loss want to err?",
      entropies: "Sure and wrong is expensive. How much does being surer gain when you are right?",
      schedules: "Which of these spends the longest on large steps?",
    },
    groups: {
      activations: "Activations",
      errors: "Losses of numbers",
      entropies: "Losses of classes",
      schedules: "Step size over time",
    },
    axis: {
      activations: "input",
      errors: "prediction minus truth",
      entropies: "logit of this class over the other",
      schedules: "step",
    },
    curves: {
      this_class: "it is this class",
      other_class: "it is the other",
      leaky_relu: "leaky relu",
      inverse_time: "inverse time",
      warmup: "warm-up",
      one_cycle: "one cycle",
      piecewise_constant: "piecewise",
      warmup_stable_decay: "warm-up, stable",
    },
    numbers: { profit: "lost per unit too low", cost: "lost per unit too high" },
    shown: "Curves",
    value: "value",
    slope: "slope",
  },
};

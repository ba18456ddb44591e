import type { Regime, Words } from "./words.ts";

const percent = (share: number | undefined): string => {
  const value = 100 * (share ?? 0);
  return value >= 1 ? `${value.toFixed(0)}%` : value >= 0.1 ? `${value.toFixed(1)}%` : "不到 0.1%";
};

const PLACES: Readonly<Record<string, string>> = {
  maximum: "停在极大值上：那里的坡度为 0",
  saddle: "停在鞍点上：那里的坡度为 0，却不是最小值",
  level: "停在平地上：那里的坡度为 0",
};

function regime(found: Regime): string {
  switch (found.kind) {
    case "diverges":
      return `发散：第 ${found.at} 步首次高于起点，此后继续上升`;
    case "leaves":
      return `离开：第 ${found.at} 步到了曲面没有值的地方`;
    case "one_step":
      return "一步到位：直接落到谷底";
    case "rings":
      return `振荡：损失回升 ${found.rises} 次，第 ${found.settled} 步才稳定`;
    case "restless":
      return `不稳定：损失回升 ${found.rises} 次，仍未平息`;
    case "zigzags":
      return `之字形：来回折返 ${found.turns} 次，${found.settled ? `第 ${found.settled} 步到达` : `还剩 ${percent(found.left)} 的高度`}`;
    case "arrives":
      return `平稳：第 ${found.settled} 步到达`;
    case "stuck":
      return `停住：还剩 ${percent(found.left)} 的高度`;
    case "stands":
      return PLACES[found.on ?? ""] ?? "原地不动：步长为 0";
    case "begins":
      return "静止：起点就在谷底，没有离开";
    case "climbs":
      return "上升：离开了起点所在的谷底";
    case "falls":
      return "下落：已经找到出路，继续向下";
    default:
      return found.left === undefined ? "缓慢：仍在下降途中" : `缓慢：还剩 ${percent(found.left)} 的高度`;
  }
}

export const ZH: Words = {
  language: "中文",
  code: "zh",
  tabs: { descent: "下降", stability: "稳定性", functions: "函数" },
  theme: (dark) => (dark ? "浅色" : "深色"),
  chooseLanguage: "语言",
  error: (said) => said.zh,
  connecting: "正在连接 Python …",
  preparing: "Python 正在准备第一幅图 …",
  lost: (why) =>
    `与 Python 的连接断开了${why.zh ? `（${why.zh}）` : ""}。连接会自动恢复，您的设置都还在。如果 descend lab 已结束，请重新启动并打开新的地址；本地址 # 之后的部分保存着这幅图。`,
  unanswered: "Python 没有回应。如果内核正忙，空闲后会自动继续；如果内核已重启或关闭，请重新运行此单元格。",
  cannot: (why) => `无法绘制：${why.zh}`,
  save: "保存",
  copyCode: "复制为 Python",
  copied: "已复制",
  codeHere: "这段程序给出相同的数值：",
  close: "关闭",
  startAnew: "重新开始",
  presets: "一键示例",
  preset: {
    step_sizes: "三种步长",
    momentum: "三种动量",
    adaptive: "自适应规则",
    parabola: "抛物线上",
    regression: "二元回归",
    decay: "衰减的步长",
    saddle: "鞍点",
    valley: "弯曲山谷",
    noise: "带噪声的梯度",
  },
  question: {
    "": "拖动起点或滑块。哪条规则从任何地方出发都值得信任？",
    step_sizes: "同一规则，三种步长。在 0.42 和 0.61 之间，下降从哪里开始变成飞离？",
    momentum: "大步长加大动量会振荡。您会先减小哪一个？",
    adaptive: "山谷横向比纵向陡 20 倍。为什么这些规则不受影响？",
    parabola: "只找一个数，三种步长。哪一种越过最小值却仍能到达？",
    regression: "动量在第 144 步低于百万分之一，随后又离开。怎样才算真正到达？",
    decay: "每次更新步长缩小 1%。与固定步长相比，会更早还是更晚结束？",
    saddle: "几乎在山脊上，坡度近乎消失。谁先找到出路？",
    valley: "进入山谷很容易。什么有助于沿着它的弯道前进？",
    noise: "每个梯度都有一点误差。更小的步长和更大的动量，哪一个能把它平均掉？",
  },
  surfaces: "曲面",
  surface: {
    parabola: "抛物线",
    bowl: "碗",
    ravine: "峡谷",
    saddle: "鞍",
    rosenbrock: "弯曲山谷",
    beale: "平原与峭壁",
    himmelblau: "四个最小值",
    rastrigin: "蛋托",
    formula: "自定公式",
    bivariate: "回归",
  },
  about: {
    parabola: "一个数的抛物线，默认是从 1 出发的 x^2。",
    bowl: "横向比纵向陡 20 倍的碗。",
    ravine: "狭长的山谷，与坐标轴成一个角度，任何规则都不能把各个坐标分开处理。",
    saddle: "几乎沿着山脊进入的鞍：梯度近乎消失之后，下坡的路才打开。",
    rosenbrock: "弯曲的山谷：进去容易，沿着走很慢。",
    himmelblau: "一座山丘周围有四个相等的最小值：规则停在哪一个，取决于它怎样移动。",
    rastrigin: "布满规则凹坑的碗：每一对整数附近都有一个局部最小值。",
    beale: "陡壁之间的平原，最小值在一个狭窄的角落。",
    bivariate: "三行数据的线性回归：一个方向比另一个陡 165 倍，第三个方向完全平坦。",
    formula: "自己输入的 x 或 x、y 的公式。",
  },
  formula: "f(x, y) =",
  rules: "规则",
  rule: (place) => `规则 ${place}`,
  add: "添加规则",
  remove: (rule) => `删除 ${rule}`,
  more: "更多",
  schedule: "步长随时间",
  constant: "不变",
  schedules: {
    cosine: "余弦",
    exponential: "指数衰减",
    inverse_time: "时间的倒数",
    linear: "线性",
    one_cycle: "单周期",
    warmup: "预热",
    warmup_stable_decay: "预热、平稳、衰减",
  },
  numbers: {
    learning_rate: "步长",
    momentum: "动量",
    b1: "坡度的记忆 b1",
    b2: "平方的记忆 b2",
    b3: "记忆 b3",
    decay: "平方的记忆",
    eps: "根号外的下限 eps",
    eps_root: "根号内的下限",
    weight_decay: "向零的拉力",
    initial_accumulator: "累积量的初值",
    condition: "横向陡峭倍数",
    angle: "转过的角度",
    curvature: "曲率",
    center: "最小值位于",
    decay_rate: "衰减率",
    transition_steps: "步数",
    b_gram: "Gram 矩阵的记忆",
    clip_threshold: "裁剪阈值",
    d0: "距离的初始估计 d0",
    d_coef: "距离估计的系数",
    eps_scale: "参数尺度的下限",
    fallback_scale: "备用规则的步长比例",
    initial_momentum: "动量的初值",
    momentum_decay: "动量的衰减",
    threshold: "方差修正的阈值",
    trust: "信任系数",
    warmup_steps: "预热步数",
    weight_lr_power: "平均权重中步长的幂",
    damping: "阻尼的初值",
    decrease: "下降的要求（Armijo）",
    first: "第一次试探的长度",
    gamma: "曲率的比例 gamma",
    power: "曲率的幂",
    radius: "信赖域半径的初值",
  },
  switches: {
    bias_correction: "偏差修正",
    centered: "减去均值（中心化）",
    correct_first: "先修正偏差，再取最大值",
    dozat: "动量逐步预热（Dozat）",
    eps_hat: "eps 加在修正前的根上（eps hat）",
    eps_outside: "eps 加在最大值之外",
    independent: "衰减不乘步长",
    joint_norm: "先相加再取范数",
    lr_inside: "步长计入动量之内",
    match_rms: "与 Adam 的均方根一致",
    nesterov: "Nesterov 动量",
    both_ends: "每一步重算线段的起点",
    damped: "阻尼",
    scaled: "按曲率缩放",
    short: "取两个步长中较短的（Barzilai-Borwein）",
    no_prox: "不用近端步",
    own_rate: "备用规则用自己的步长",
    relative_step: "相对步长",
    safeguard_warmup: "预热保护",
    scale_parameter: "随参数尺度缩放",
  },
  start: (axis) => `起点 ${axis} =`,
  steps: "步数",
  noise: "每个梯度的噪声",
  seed: "噪声的种子",
  picture: "各规则在曲面上的路径",
  hint: "点击或拖动可移动起点。",
  star: "星形是最小值。",
  regression: "图中画出两个参数；其余参数随之而定。",
  losses: "每一步的损失",
  loss: "损失",
  play: "播放",
  pause: "暂停",
  back: "后退一步",
  forward: "前进一步",
  step: (at, of) => `第 ${at} 步，共 ${of} 步`,
  glyphs: "箭头是速度，方框是各方向梯度平方均值的根。",
  trials: "空心点是被拒绝的试探点。",
  model: "细虚线是牛顿步所依据的二次函数。",
  regime,
  limit: (rate, beyond) => (beyond ? `超出极限：稳定的上限是 ${rate}` : `稳定的上限是 ${rate}`),
  reached: (hit, stays, target) =>
    hit === null
      ? `从未低于 ${target}`
      : hit === stays
        ? `从第 ${hit} 步起低于 ${target}`
        : `第 ${hit} 步首次低于 ${target}，${stays === null ? "从未" : `第 ${stays} 步起`}不再超过`,
  summary: (surface, step, each) => `曲面“${surface}”，第 ${step} 步：${each.join("；")}。`,
  ends: (rule, loss, words) => `${rule} 的损失为 ${loss}（${words}）`,
  table: "数据表",
  caption: "每条规则的位置和损失",
  columns: { step: "步", loss: "损失", rate: "步长", printed: "讲义数值" },
  stability: {
    question: (linear) => (linear ? "边界在哪里？记忆越长，它向哪边移动？" : "这条规则几乎从不发散。步长很大时它会怎样？"),
    picture: "每次更新后到最小值距离的增长",
    rule: "规则",
    across: "对照",
    curvature: "曲率",
    growth: (growth) => `每步 × ${growth}`,
    circling: "绕圈，小到大",
    circles: (size) => `停不住：2048 次更新中最远离开 ${size}（起点距离为 1）`,
    linear: (linear) => (linear ? "计算所得：一次更新的谱半径。" : "由五个起点各 2048 次更新测得，因为该规则会自适应。"),
    key: (linear) =>
      linear
        ? "颜色：一次更新后剩下的距离；黑色：距离增大。"
        : "绿色：一次更新后剩下的距离；橙色：绕着最小值转，不会停下，越接近褐色圈越大；黑色：发散。",
    probe: (place) => `探针 ${place}`,
    use: "看它下降",
    hint: "在图上拖动探针。",
    says: {
      diverges: "发散",
      one_step: "一步到位",
      rings: "振荡",
      restless: "振荡",
      zigzags: "来回摆动",
      arrives: "单调",
      slow: "缓慢",
      stuck: "静止",
      falls: "下落",
      stands: "静止",
      begins: "静止",
      climbs: "上升",
      leaves: "离开",
    },
  },
  functions: {
    question: {
      activations: "离 0 很远时，有些斜率几乎为零。深层网络隔着十层还能学到什么？",
      errors: "预测偏高的代价可能比偏低小。不对称的损失宁愿向哪边偏？",
      entropies: "自信却错误的代价很大。判断正确时，更自信又能得到多少？",
      schedules: "其中哪一种保持大步长的时间最久？",
    },
    groups: { activations: "激活函数", errors: "数值的损失", entropies: "类别的损失", schedules: "步长随时间" },
    axis: { activations: "输入", errors: "预测减去真值", entropies: "该类相对另一类的对数几率", schedules: "步" },
    curves: {
      leaky_relu: "leaky relu",
      identity: "恒等",
      this_class: "确是该类",
      other_class: "其实是另一类",
      squared: "平方",
      absolute: "绝对值",
      asymmetric: "不对称",
      constant: "不变",
      cosine: "余弦",
      exponential: "指数",
      inverse_time: "时间倒数",
      linear: "线性",
      one_cycle: "单周期",
      piecewise_constant: "分段常数",
      warmup: "预热",
      warmup_stable_decay: "预热、平稳",
    },
    numbers: { profit: "偏低一个单位的损失", cost: "偏高一个单位的损失" },
    shown: "曲线",
    value: "值",
    slope: "斜率",
  },
};

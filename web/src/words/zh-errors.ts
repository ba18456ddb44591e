// What Python says, in Chinese.

import type { Catalogues } from "./errors.ts";

export const ZH_ERRORS: Catalogues = {
  SENTENCE: {
    "the message is larger than {most} bytes or no text; reload the page": "消息超过 {most} 字节，或者不是文本；请重新加载页面",
    "the message is not JSON; reload the page": "消息不是 JSON；请重新加载页面",
    "frame with {size} bytes exceeds limit of {most} bytes": "消息有 {size} 字节，上限是 {most} 字节",
    "{most} pages are open already: close one": "已打开 {most} 个页面，请先关闭一个",
    "more than {most} messages in a second": "一秒内的消息超过 {most} 条",
    "this could not be worked out ({error}); the terminal says more": "计算没有成功（{error}）；详情见终端",
    "unknown {KIND} '{name}'; there are: none": "没有名为“{name}”的{KIND}，这里也没有可选的",
    "unknown {KIND} '{name}'; there are: {known}": "没有名为“{name}”的{KIND}；可选的有：{known}",
    "unknown {KIND} '{name}'; did you mean '{near}'? There are: {known}":
      "没有名为“{name}”的{KIND}；您是不是想写“{near}”？可选的有：{known}",
    "formula: text is {text}, must be a formula of x and y such as x^2 + 2*sin(y): {WHY}":
      "{text} 不是 x 和 y 的公式（例如 x^2 + 2*sin(y)）：{WHY}",
    "formula: it is finite nowhere near 0: add a number under the root or the logarithm":
      "公式在 0 附近处处没有有限的值：请在根号或对数里加上一个数",
    "{surface}: start is {start}, where the loss is {loss}: start where it is finite":
      "{surface}：起点是 {start}，那里的损失是 {loss}；请从损失有限的地方出发",
    "{rule} cannot be mapped against '{across}'; choose one of: none, take momentum":
      "{rule} 没有可与步长对照的记忆，画不出稳定性图；请改用 momentum",
    "{rule} cannot be mapped against '{across}'; choose one of: {known}": "{rule} 不能与“{across}”对照；请选其中之一：{known}",
    "{rule} asks for more than a gradient, and its step on a quadratic is no linear map; take momentum":
      "{rule} 需要的不只是一个梯度，它在二次函数上的一步不是线性映射；请改用 momentum",
    "{rule} needs residuals, or a loss that curves at a network's outputs, and {title} has neither: take newton, or lbfgs":
      "{rule} 需要残差，或者对网络输出有曲率的损失，而 {title} 两者都没有；请改用 newton 或 lbfgs",
    "{rule} trusts every slope that it sees, and the loss of {title} draws noise anew at every step: take sgd, or leave the noise out":
      "{rule} 完全相信它看到的坡度，而 {title} 的损失每一步都带新的噪声；请改用 sgd，或者去掉噪声",
    "{value} has no import to write into a script: it is not one of descend's own rules and schedules":
      "{value} 无法写进程序：它不是 descend 自带的规则或调度",
    "{what} is {value}, must be {ALLOWED}": "{what} 是 {value}，应为{ALLOWED}",
  },
  KIND: {
    "field of {what}": " {what} 字段",
    surface: "曲面",
    rule: "规则",
    schedule: "调度",
    "{schedule} setting": " {schedule} 参数",
    "group of functions": "函数组",
    "curve of {group}": " {group} 曲线",
  },
  ALLOWED: {
    "{ALLOWED}; float32 ends at {most}": "{ALLOWED}；float32 的上限是 {most}",
    "a mapping of names to values": "名称到值的映射",
    "text of at most {most} characters": "不超过 {most} 个字符的文本",
    "a list of at most {most}": "不超过 {most} 项的列表",
    "a whole number from {least} to {most}": " {least} 到 {most} 之间的整数",
    "a finite number, at most {most} in size": "有限的数，绝对值不超过 {most}",
    "from {low} to {high}": " {low} 到 {high} 之间的数",
    "one of: {known}": "其中之一：{known}",
    "in {range}": " {range} 中的数",
    "a number in {range} or a schedule": " {range} 中的数，或者一个调度",
    "a number in {range}": " {range} 中的数",
    "a number": "一个数",
    text: "文本",
    "numbers separated by commas": "用逗号分隔的数",
    "a tuple of numbers": "由数组成的元组",
    "1 number": " 1 个数",
    "{count} numbers": " {count} 个数",
    "pairs of a learning rate and {across}": "成对的数：步长和 {across}",
    "True or False": " True 或 False",
    "a rule, such as Adam()": "规则，例如 Adam()",
    "a schedule, such as Constant(0.1)": "调度，例如 Constant(0.1)",
  },
  WHY: {
    "it is empty": "公式是空的",
    "it has {count} characters, and {most} are the most": "它有 {count} 个字符，最多只能有 {most} 个",
    "it has more than {most} parts": "它的组成部分超过 {most} 个",
    "it is nested more than {most} deep": "嵌套超过 {most} 层",
    "at character {at}, {WHY}": "第 {at} 个字符处：{WHY}",
    "{sign} has no meaning in it: write what is to be minimised alone": "{sign} 在公式里没有意义：请只写要最小化的式子",
    "{sign} has no meaning in it": "{sign} 在公式里没有意义",
    "something is missing after '{part}'": "“{part}”后面缺少内容",
    "something is missing before '{part}'": "“{part}”前面缺少内容",
    "'{sign}' is opened and never closed": "“{sign}”没有对应的右括号",
    "'{sign}' closes no bracket": "“{sign}”没有对应的左括号",
    "a sign is missing before '{part}'": "“{part}”前面缺少运算符",
    "',' stands between the numbers of max and min alone: write 0.5 for a half": "逗号只能出现在 max 和 min 的两个数之间：一半写作 0.5",
    "neither x nor y is in it": "其中既没有 x 也没有 y",
    "a number is too large": "有一个数太大",
    "brackets are missing: 1/2x may be (1/2)*x or 1/(2*x)": "缺少括号：1/2x 可以是 (1/2)*x，也可以是 1/(2*x)",
    "{name}^ takes 2, 3, ...: write another power as {call}^a": "{name}^ 后面只能是 2、3……：其他的幂请写作 {call}^a",
    "'{name}' stands beside '{other}': call the two numbers x and y, or w1 and w2":
      "“{name}”不能与“{other}”一起出现：两个数请写作 x 和 y，或者 w1 和 w2",
    "brackets are missing after {name}: write {call}": "{name} 后面缺少括号：请写 {call}",
    "'{name}' is not known; there are x, y, {known}, sin(x) and other functions": "不认识“{name}”；可用的有 x, y, {known}，以及 sin(x) 等函数",
    "'{name}' is not a function here; there are {known}": "这里没有函数“{name}”；可用的有 {known}",
    "{name} takes 1 number, not {given}": "{name} 需要 1 个数，而不是 {given} 个",
    "{name} takes {count} numbers, not {given}": "{name} 需要 {count} 个数，而不是 {given} 个",
  },
};

"""An update's lines as a function in C++ that passes once over each of many tensors, built by PyTorch's own compiler tools.

torch.compile's programs take a tenth of a millisecond for each call, and one for a hundred tensors takes minutes to compile.
"""

import ctypes
from collections.abc import Callable
from functools import lru_cache
from itertools import chain

import torch
from torch._inductor.codecache import CppCodeCache
from torch.autograd.graph import increment_version

from ..pieces import Row
from ..tape import Lines, Update

KINDS = {torch.float32: ("float", ctypes.c_float), torch.float64: ("double", ctypes.c_double)}
ALONE = 1 << 15  # for so many numbers one thread is as quick as several
OPERATIONS = {
    **{name: f"{{}} {sign} {{}}" for name, sign in zip(("add", "sub", "mul", "div"), "+-*/", strict=True)},
    **{name: f"T({{}} {sign} {{}})" for name, sign in {"eq": "==", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}.items()},
    **{name: f"std::{name}({{}})" for name in ("sqrt", "abs", "floor", "exp", "log", "cos", "tanh")},
    "pow": "std::pow({}, {})",
    "sign": "T(({0} > 0) - ({0} < 0))",
    "maximum": "{0} > {1} || {0} != {0} ? {0} : {1}",  # not a number, where either is not
    "minimum": "{0} < {1} || {0} != {0} ? {0} : {1}",
    "where": "{} != 0 ? {} : {}",
}
FLAGS = ("-fno-math-errno",)  # else a root, which could report an error, is taken number by number
SOURCE = """
#include <cmath>
#include <cstdint>
#pragma GCC optimize("tree-loop-vectorize")
using T = {kind};

extern "C" void update(int64_t tensors, const int64_t* sizes, T* const* arrays, const T* numbers, int threads) {{
  {numbers}
  #pragma omp parallel num_threads(threads)
  for (int64_t k = 0; k < tensors; ++k) {{
    T* const* row = arrays + {inputs} * k;
    {arrays}
    #pragma omp for simd nowait schedule(static)
    for (int64_t i = 0; i < sizes[k]; ++i) {{
      {body}
    }}
  }}
}}
"""


def fits(row: Row) -> bool:
    """Whether the tensors are in the processor's memory, each with its numbers in a row, and all of one type."""
    kind = row[0].dtype
    return kind in KINDS and all(a.dtype == kind and a.is_contiguous() and a.is_cpu for a in row)


def run(update: Update, rows: list[Row]) -> None:
    """Make the update of each row in place; all are of one type."""
    kind = rows[0][0].dtype
    sizes = [row[0].numel() for row in rows]
    places = [a.data_ptr() for row in rows for a in row]
    threads = 1 if sum(sizes) < ALONE else torch.get_num_threads()
    _kernel(update.lines, kind)(
        len(sizes),
        (ctypes.c_int64 * len(sizes))(*sizes),
        (ctypes.c_void_p * len(places))(*places),
        (KINDS[kind][1] * len(update.numbers))(*update.numbers),
        threads,
    )
    increment_version(chain.from_iterable(row[1:] for row in rows))  # so that autograd sees the change


@lru_cache(maxsize=256)
def _kernel(lines: Lines, kind: torch.dtype) -> Callable[..., None]:
    function = CppCodeCache.load(_source(lines, KINDS[kind][0]), extra_flags=FLAGS).update
    function.argtypes = [ctypes.c_int64, *[ctypes.c_void_p] * 3, ctypes.c_int]
    function.restype = None
    return function


def _source(lines: Lines, kind: str) -> str:
    many = len(lines.inputs)
    read = {-place for _, *inputs in lines.operations for place in inputs if place < 0}
    body = [f"const T x{i} = a{i}[i];" for i in range(many)]
    for place, (name, *given) in enumerate(lines.operations, many):
        values = [f"x{p}" if p >= 0 else f"c{-p}" for p in given]
        body.append(f"const T x{place} = {OPERATIONS[name].format(*values)};")
    body += [f"a{i}[i] = x{end};" for i, end in enumerate(lines.slots, 2)]
    return SOURCE.format(
        kind=kind,
        inputs=many,
        numbers=" ".join(f"const T c{i} = numbers[{i - 1}];" for i in sorted(read)),
        arrays=" ".join(f"T* a{i} = row[{i}];" for i in range(many)),
        body="\n      ".join([*body, f"a1[i] = x1 + x{lines.change};"]),
    )

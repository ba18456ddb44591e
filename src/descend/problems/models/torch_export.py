"""A torch.nn.Module as graphs that run in JAX: `torch.export`, then core ATen, then plain values."""

import contextlib
import copy
import io
import logging
import operator
import re
import threading
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils import _pytree

from descend.core.errors import BadValue, short

from .torch_graph import PYTHON, Graph, Node, Ref, at
from .torch_operations import OPERATIONS
from .torch_operations.table import Dtype

SILENT = {"_assert_scalar.default", "_assert_tensor_metadata.default", "sym_constrain_range.default", "_assert_async.msg"}
PLACES = ("device", "layout", "pin_memory", "memory_format", "non_blocking", "generator")  # where numbers lie: JAX's concern
ONE_BY_ONE = threading.RLock()  # PyTorch exports, and draws from its global state, one at a time
NO_GRAD = "wrap_with_set_grad_enabled"
HOME = str(Path(torch.__file__).parent)


class _Called(torch.nn.Module):
    """A module that takes its inputs in order, by the names that it is called with, if any."""

    def __init__(self, module: torch.nn.Module, names: tuple[str, ...]):
        super().__init__()
        self.module, self.names = module, names

    def forward(self, *inputs: Any) -> Any:
        return self.module(**dict(zip(self.names, inputs, strict=True))) if self.names else self.module(*inputs)


class Exported:
    """A module's graphs, in each mode, made when they are asked for and kept.

    A graph takes any number of rows; where the module fixes that number, or not `any_rows`, which takes PyTorch longer, each
    number has a graph of its own. The module is copied: the person's own keeps its mode and its numbers.
    """

    def __init__(self, module: torch.nn.Module, title: str = "module", names: tuple[str, ...] = (), any_rows: bool = True):
        self.title, self.names, self.any_rows = title, names, any_rows
        try:
            self.module = copy.deepcopy(module).to("cpu")
        except Exception as error:
            raise BadValue(f"{title} cannot be copied: {short(error, str, 120)}") from error
        self._graphs: dict[tuple[bool, int | None], Graph] = {}

    def graph(self, inputs: tuple[np.ndarray, ...], training: bool) -> Graph:
        """The graph for inputs like these, in training or evaluation mode. BadValue says what does not convert, and where."""
        rows = len(inputs[0]) if inputs[0].ndim else 0
        with ONE_BY_ONE:
            if (training, None) in self._graphs:
                return self._graphs[training, None]
            if (training, rows) not in self._graphs:
                graph, any_rows = self._export(inputs, training, rows)
                self._graphs[training, None if any_rows else rows] = graph
                return graph
            return self._graphs[training, rows]

    def _export(self, inputs: tuple[np.ndarray, ...], training: bool, rows: int) -> tuple[Graph, bool]:
        """The graph, and whether it takes any number of rows."""
        called = _Called(self.module.train(training), self.names)
        if self.any_rows and rows > 1 and all(a.ndim and len(a) == rows for a in inputs):
            free = ({0: torch.export.Dim.DYNAMIC},) * len(inputs)
            with contextlib.suppress(Exception):  # the number of rows is fixed, or the module fails: the next try says which
                return self._convert(_program(called, inputs, (free,))), True
        try:
            program = _program(called, inputs, None)
        except Exception as error:
            raise self._refusal(error, training) from error
        return self._convert(program), False

    def _refusal(self, error: Exception, training: bool) -> BadValue:
        where, mode = at(_frame(error)), "training" if training else "evaluation"
        if "data-dependent" in str(error) or "DataDependent" in type(error).__name__:
            return BadValue(
                f"{self.title}: what it does depends on the values of its inputs{where}: one program for all lanes cannot; "
                "write torch.where for if"
            )
        return BadValue(f"{self.title}: its forward pass fails in {mode} mode{where}: {short(error, str, 140)}")

    def _convert(self, program: Any) -> Graph:
        trained = {name for name, p in self.module.named_parameters() if p.requires_grad}
        return _Conversion(program, self.title, aliases(self.module), trained).graph()

    def numbers(self) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """The trained parameters, and the buffers, by name."""
        return numbers(self.module)


def numbers(module: torch.nn.Module) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The trained parameters, and the buffers, by name."""
    params = {name: array(p) for name, p in module.named_parameters() if p.requires_grad}
    return params, {name: array(b) for name, b in module.named_buffers()}


def aliases(module: torch.nn.Module) -> dict[str, str]:
    """Every name of a parameter or buffer, to the one that named_parameters and named_buffers give it."""
    first: dict[int, str] = {}
    names = {}
    for name, value in [*module.named_parameters(remove_duplicate=False), *module.named_buffers(remove_duplicate=False)]:
        names[name] = first.setdefault(id(value), name)
    return names


def tensor(a: Any) -> torch.Tensor:
    """An array as PyTorch has it: floats of 32 bits, whole numbers of 64."""
    a = np.asarray(a)
    kind = a.dtype if a.dtype == bool else np.float32 if np.issubdtype(a.dtype, np.floating) else np.int64
    return torch.from_numpy(np.array(a, kind))


def _program(module: torch.nn.Module, inputs: tuple[np.ndarray, ...], free: Any) -> Any:
    """The exported program, in core ATen but for what JAX has itself."""
    examples = tuple(tensor(a) for a in inputs)  # new ones each time: PyTorch writes on them which axes are free
    with _quiet():
        program = torch.export.export(module, examples, dynamic_shapes=free, strict=False)
        _detach(program.graph_module)
        table = torch.export.default_decompositions()
        for each in list(table):
            if _name(each) in OPERATIONS:
                table.pop(each)
        return program.run_decompositions(table)


def _detach(module: Any) -> None:
    """Detach what is computed under torch.no_grad, which decompositions would forget."""
    for node in module.graph.nodes:
        if str(node.target) == NO_GRAD and not node.args[0]:
            for user in [user for user in node.users if user.target is operator.getitem]:
                with module.graph.inserting_after(user):
                    apart = module.graph.call_function(torch.ops.aten.detach.default, (user,))
                apart.meta = dict(user.meta)
                user.replace_all_uses_with(apart, lambda other, apart=apart: other is not apart)
    module.recompile()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No words about PyTorch's own insides, no fused attention that only inference has."""
    fast = torch.backends.mha.get_fastpath_enabled()
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict if name.partition(".")[0] == "torch"]
    handlers = [handler for logger in loggers for handler in logger.handlers]
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        torch.backends.mha.set_fastpath_enabled(False)
        for handler in handlers:
            handler.addFilter(_silence)
        try:
            yield
        finally:
            torch.backends.mha.set_fastpath_enabled(fast)
            for handler in handlers:
                handler.removeFilter(_silence)


def _silence(_: Any) -> bool:
    return False


def _name(target: Any) -> str:
    """What an operation is called here: "add.Tensor", "python.mul"; names of other libraries stand with theirs."""
    name = str(target)
    if name.startswith("aten."):
        return name.removeprefix("aten.")
    return name if "." in name and not name.startswith("<") else f"python.{getattr(target, '__name__', name)}"


class _Conversion:
    """An exported program on its way to plain values."""

    def __init__(self, program: Any, title: str, names: Mapping[str, str], trained: set[str]):
        self.program, self.title, self.names, self.trained = program, title, names, trained

    def graph(self) -> Graph:
        signature = self.program.graph_signature
        params = {name: self._target(target) for name, target in signature.inputs_to_parameters.items()}
        buffers = {name: self._target(target) for name, target in signature.inputs_to_buffers.items()}
        frozen = {name: target for name, target in params.items() if target not in self.trained}
        constants = {name: self.program.state_dict[f"module.{target}"] for name, target in frozen.items()}
        constants |= {name: self.program.constants[target] for name, target in signature.inputs_to_lifted_tensor_constants.items()}
        updates = {self._target(target): Ref(name) for name, target in signature.buffers_to_mutate.items()}
        return Graph(
            self._nodes(self.program.graph_module),
            self._output(),
            tuple(signature.user_inputs),
            {name: target for name, target in params.items() if target in self.trained},
            buffers,
            {name: array(value) for name, value in constants.items()},
            updates,
        )

    def _target(self, target: str) -> str:
        name = target.removeprefix("module.")
        return self.names.get(name, name)

    def _nodes(self, module: Any) -> tuple[Node, ...]:
        nodes, missing = [], {}
        for node in module.graph.nodes:
            if node.op != "call_function" or _name(node.target) in SILENT:
                continue
            name, place = _name(node.target), _place(node)
            if name not in OPERATIONS and name not in PYTHON:
                missing.setdefault(name, place)
            else:
                named = {key: _value(part) for key, part in node.kwargs.items() if key not in PLACES}
                nodes.append(Node(node.name, name, _value(node.args), named, place, _layer(node)))
        if missing:
            raise self._uncovered(missing)
        return tuple(nodes)

    def _uncovered(self, missing: Mapping[str, str]) -> BadValue:
        name, place = next(iter(missing.items()))
        if name in ("_local_scalar_dense.default", "item.default", "nonzero.default", "masked_select.default"):
            return BadValue(
                f"{self.title}: what it does depends on the values of its inputs ({name}{at(place)}): one program for all lanes "
                "cannot; write torch.where for if and for masks"
            )
        more = f"; nor {', '.join(list(missing)[1:])}" if len(missing) > 1 else ""
        return BadValue(f"{self.title}: PyTorch's operation {name}{at(place)}, has no counterpart in JAX here{more}")

    def _output(self) -> Any:
        specs = [spec for spec in self.program.graph_signature.output_specs if spec.kind.name == "USER_OUTPUT"]
        leaves = [Ref(spec.arg.name) if not hasattr(spec.arg, "value") else spec.arg.value for spec in specs]
        return _pytree.tree_unflatten(leaves, self.program.call_spec.out_spec)


def _value(tree: Any) -> Any:
    """An argument of a node as a plain value."""
    if isinstance(tree, torch.fx.Node):
        return Ref(tree.name)
    if isinstance(tree, list | tuple):
        return type(tree)(_value(part) for part in tree) if type(tree) in (list, tuple) else [_value(part) for part in tree]
    if isinstance(tree, torch.dtype):
        return Dtype(str(tree).removeprefix("torch."))
    return None if isinstance(tree, torch.device | torch.layout | torch.memory_format) else tree


def array(value: torch.Tensor) -> np.ndarray:
    """A tensor's numbers, copied; whole numbers in 32 bits, as JAX has them."""
    out = value.detach().cpu().numpy()
    return np.array(out, np.int32 if out.dtype == np.int64 else out.dtype)


FRAME = re.compile(r'File "([^"]+)", line (\d+), in (\S+)(?:\n\s+(\S[^\n]*))?')


def _place(node: Any) -> str:
    """Where the person's code asks for a node: the layer, and the line where one is known."""
    lines = [found for found in FRAME.findall(node.meta.get("stack_trace") or "") if not _internal(found[0])]
    where = [f"layer {layer}"] if (layer := _layer(node)) else []
    if lines:
        file, line, _, code = lines[-1]
        where.append(f"{Path(file).name}, line {line}" + (f" ({short(code, str, 50)})" if code else ""))
    return ", ".join(where)


def _layer(node: Any) -> str:
    """The submodule a node stands in; "" of the module itself."""
    stack = list((node.meta.get("nn_module_stack") or {}).values())
    return str(stack[-1][0]).removeprefix("module").removeprefix(".") if stack else ""


def _frame(error: BaseException) -> str:
    """The last line of the person's own code that an error went through."""
    last, trace = "", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not _internal(file):
            last = f"{Path(file).name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return last


def _internal(file: str) -> bool:
    return file.startswith((HOME, str(Path(__file__).parent), "<")) or "/importlib/" in file

"""Every rule that PyTorch has: 200 steps of an ordinary loop with a scheduler, and a resume in a fresh process."""

import subprocess
import sys
import textwrap

import pytest
import torch
from torch.optim.lr_scheduler import OneCycleLR

from descend import bridges
from descend.rules import RULES

NATIVE = {
    "sgd": lambda p: torch.optim.SGD(p),
    "momentum": lambda p: torch.optim.SGD(p, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, momentum=0.9, nesterov=True),
    "adagrad": lambda p: torch.optim.Adagrad(p),
    "adadelta": lambda p: torch.optim.Adadelta(p),
    "rmsprop": lambda p: torch.optim.RMSprop(p),
    "adam": lambda p: torch.optim.Adam(p),
    "adamw": lambda p: torch.optim.AdamW(p),
    "adamax": lambda p: torch.optim.Adamax(p),
    "nadam": lambda p: torch.optim.NAdam(p),
    "radam": lambda p: torch.optim.RAdam(p),
    "amsgrad": lambda p: torch.optim.Adam(p, amsgrad=True),
}
CYCLED = {"momentum", "nesterov", "adam", "adamw", "adamax", "nadam", "radam", "amsgrad"}  # those whose momentum a cycle may change


@pytest.fixture
def doubles():
    torch.set_default_dtype(torch.float64)  # in which NAdam keeps its product
    yield
    torch.set_default_dtype(torch.float32)


def train(make, name, steps=200):
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.Tanh(), torch.nn.Linear(7, 2))
    optimizer = make(model.parameters())
    scheduler = OneCycleLR(optimizer, max_lr=0.02, total_steps=200, cycle_momentum=name in CYCLED)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(torch.randn(16, 5)), torch.randn(16, 2)).backward()  # noise, which hides no difference
        optimizer.step()
        scheduler.step()
    return list(model.parameters())


def test_the_table_has_every_rule_of_pytorch():
    assert set(NATIVE) == {name for name in RULES if "torch" in RULES[name].dialects}


@pytest.mark.parametrize("name", NATIVE)
def test_200_steps_are_pytorchs_own_in_double(name, doubles):
    ours, theirs = train(bridges.torch(RULES[name].as_in("torch")), name), train(NATIVE[name], name)
    torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", NATIVE)
def test_200_steps_are_pytorchs_own_in_single(name):
    ours, theirs = train(bridges.torch(RULES[name].as_in("torch")), name), train(NATIVE[name], name)
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)


# As PyTorch's tutorials write it: a model, a DataLoader, a scheduler, a checkpoint. Two epochs of 100 steps.
SCRIPT = textwrap.dedent(
    """
    import sys, torch
    from torch.utils.data import DataLoader, TensorDataset
    from descend import bridges
    from descend.rules import RULES, ClipByGlobalNorm, DecoupledWeightDecay

    def made(name):
        if name == "wrapped":
            return ClipByGlobalNorm(DecoupledWeightDecay(RULES["adam"](), mask="*weight"), 0.5)
        return RULES[name]()

    def main(names, until, resume, folder):
        torch.set_num_threads(1)
        for name in names:
            torch.manual_seed(0)
            model = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 3))
            data = TensorDataset(torch.randn(200, 4), torch.randint(0, 3, (200,)))
            optimizer = bridges.torch(made(name))(model.named_parameters(), lr=0.01)
            scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.8)
            criterion, first = torch.nn.CrossEntropyLoss(), 0
            if resume:
                checkpoint = torch.load(f"{folder}/{name}.pt")
                model.load_state_dict(checkpoint["model"])
                optimizer.load_state_dict(checkpoint["optimizer"])
                scheduler.load_state_dict(checkpoint["scheduler"])
                first = checkpoint["epoch"]
            for epoch in range(first, until):
                loader = DataLoader(data, batch_size=2, shuffle=True, generator=torch.Generator().manual_seed(epoch))
                for inputs, labels in loader:
                    optimizer.zero_grad()
                    loss = criterion(model(inputs), labels)
                    loss.backward()
                    optimizer.step()
                scheduler.step()
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                        "scheduler": scheduler.state_dict(), "epoch": until}, f"{folder}/{name}.pt")

    if __name__ == "__main__":
        main(sys.argv[4:], int(sys.argv[1]), sys.argv[2] == "resume", sys.argv[3])
    """
)


def test_a_training_resumes_in_a_fresh_process(tmp_path):
    """200 steps at once, and 100 and 100 in two processes, end in the same bits, for every kind of state."""
    names = [*NATIVE, "prodigy", "schedule_free_adamw", "nesterov_lookahead", "wrapped"]
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    scope = {"__name__": "train"}
    exec(compile(SCRIPT, str(script), "exec"), scope)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir(), parts.mkdir()
    scope["main"](names, 2, False, whole)
    scope["main"](names, 1, False, parts)
    subprocess.run([sys.executable, script, "2", "resume", parts, *names], check=True)
    for name in names:
        once, twice = (torch.load(folder / f"{name}.pt") for folder in (whole, parts))
        assert_equal(once, twice)


def assert_equal(a, b):
    assert type(a) is type(b)
    if isinstance(a, dict):
        assert set(a) == set(b)
        for key in a:
            assert_equal(a[key], b[key])
    elif isinstance(a, torch.Tensor):
        assert a.dtype == b.dtype
        assert torch.equal(a, b)
    elif isinstance(a, list | tuple):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            assert_equal(x, y)
    else:
        assert a == b

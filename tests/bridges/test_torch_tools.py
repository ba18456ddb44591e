"""PyTorch's own tools on a bridged optimizer: schedulers, scaling, hooks, closures, compilation, Lightning."""

import copy
import gc
import pickle
import warnings

import pytest
import torch
from torch.nn.modules import module as modules
from torch.optim import lr_scheduler
from torch_cases import backward, linear

from descend import bridges
from descend.core.errors import BadValue
from descend.rules import SGD, Adam, Average, ClipByGlobalNorm, Groups, Momentum, RMSProp, ScheduleFreeSGD
from descend.schedules import Cosine, Linear

SCHEDULERS = {
    "step": lambda o: lr_scheduler.StepLR(o, 2),
    "cosine": lambda o: lr_scheduler.CosineAnnealingLR(o, 10),
    "lambda": lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 0.9**epoch),
    "one cycle": lambda o: lr_scheduler.OneCycleLR(o, 0.1, total_steps=12),
    "cyclic": lambda o: lr_scheduler.CyclicLR(o, 0.01, 0.1, step_size_up=3),
    "sequential": lambda o: lr_scheduler.SequentialLR(o, [lr_scheduler.LinearLR(o), lr_scheduler.ExponentialLR(o, 0.9)], [3]),
}


@pytest.mark.parametrize("name", SCHEDULERS)
@pytest.mark.parametrize("rule", ["momentum", "adam"])
def test_schedulers_change_rates_and_momenta(name, rule):
    ends = []
    for make in (bridges.torch(rule), torch.optim.Adam if rule == "adam" else lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9)):
        model = linear()
        optimizer = make(model.parameters(), lr=0.05)
        scheduler = SCHEDULERS[name](optimizer)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The epoch parameter in `scheduler.step", UserWarning)  # SequentialLR's own
            for seed in range(10):
                backward(model, seed)
                optimizer.step()
                scheduler.step()
        ends.append([*model.parameters()])
    torch.testing.assert_close(*ends, rtol=1e-5, atol=1e-6)


def test_param_groups_and_repr_read_as_pytorchs():
    model = linear()
    optimizer = bridges.torch(Adam(b1=0.8))([{"params": model.weight, "lr": 0.5}, {"params": model.bias, "betas": (0.7, 0.9)}])
    assert [group["lr"] for group in optimizer.param_groups] == [0.5, 1e-3]
    assert [group["betas"] for group in optimizer.param_groups] == [(0.8, 0.999), (0.7, 0.9)]
    assert repr(optimizer).startswith("Adam (\nParameter Group 0\n    betas: (0.8, 0.999)\n    eps: 1e-08\n")
    assert bridges.torch(Adam(b1=0.8)) is bridges.torch(Adam(b1=0.8))


def test_wrappers_hyperparameters_have_entries_and_a_taken_name_is_told_apart():
    from descend.rules import DecoupledWeightDecay

    group = bridges.torch(DecoupledWeightDecay(RMSProp(decay=0.7), 0.2))(linear().parameters()).param_groups[0]
    assert (group["decay"], group["decoupled_weight_decay.decay"]) == (0.7, 0.2)
    group = bridges.torch(Groups(Adam(0.1), {"*bias": SGD()}))(linear().named_parameters(), lr=0.2).param_groups[0]
    assert group["lr"] == 0.2


def test_a_wrapper_clips_over_the_whole_group_and_patterns_find_names():
    model, twin = linear(), linear()
    optimizer = bridges.torch(ClipByGlobalNorm(Groups(SGD(), {"*bias": {"learning_rate": 0.0}}), 0.01))(
        model.named_parameters(), lr=1.0
    )
    backward(model)
    backward(twin)
    optimizer.step()
    length = torch.cat([p.grad.flatten() for p in twin.parameters()]).norm()
    torch.testing.assert_close(model.weight, twin.weight - 0.01 / length * twin.weight.grad)
    assert torch.equal(model.bias, twin.bias)


def test_closures_hooks_scaling_added_groups_and_missing_gradients():
    model = linear()
    optimizer, seen = bridges.torch("adam")([model.weight]), []
    optimizer.register_step_pre_hook(lambda *_: seen.append("pre"))
    optimizer.register_step_post_hook(lambda *_: seen.append("post"))

    def closure():
        backward(model)
        return 3.0

    assert optimizer.step(closure) == 3.0
    assert seen == ["pre", "post"]
    optimizer.add_param_group({"params": [model.bias], "lr": 0.1})
    model.zero_grad()
    before = copy.deepcopy(model.state_dict())
    optimizer.step()
    assert all(torch.equal(a, b) for a, b in zip(before.values(), model.state_dict().values(), strict=True))
    assert int(optimizer.state[model.weight]["step"]) == 1
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    scaler.scale(model(torch.full((1, 3), torch.inf)).sum()).backward()
    scaler.step(optimizer)
    scaler.update()
    assert all(torch.equal(a, b) for a, b in zip(before.values(), model.state_dict().values(), strict=True))
    model.zero_grad()
    scaler.scale(model(torch.ones(1, 3)).sum()).backward()
    scaler.step(optimizer)
    assert int(optimizer.state[model.bias]["step"]) == 1
    assert not torch.equal(before["bias"], model.bias)


def test_a_schedule_sets_its_entry_and_a_scheduler_on_top_is_refused():
    model = linear()
    optimizer = bridges.torch("sgd")(model.parameters(), lr=Linear(0.4, 0.0, 4))
    shown = [optimizer.param_groups[0]["lr"]]
    for _ in range(3):
        backward(model)
        optimizer.step()
        shown.append(optimizer.param_groups[0]["lr"])
    assert shown == pytest.approx([0.4, 0.4, 0.3, 0.2])
    lr_scheduler.ExponentialLR(optimizer, 0.9)
    with pytest.raises(BadValue, match=r"^sgd: an lr_scheduler works on lr, which the schedule Linear.* sets; leave"):
        optimizer.step()


def test_a_scheduled_momentum_leaves_the_rate_to_a_scheduler():
    optimizer = bridges.torch(Momentum(0.1, momentum=Cosine(0.9, 10)))(linear().parameters())
    scheduler = lr_scheduler.ExponentialLR(optimizer, 0.5)
    optimizer.step()
    scheduler.step()
    optimizer.step()
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.05)


def test_evaluation_weights_come_and_go_exactly():
    model = linear()
    optimizer = bridges.torch(Average(Adam(0.1), 0.5))(model.parameters())
    for seed in range(3):
        backward(model, seed)
        optimizer.step()
    trained = copy.deepcopy(model.state_dict())
    optimizer.eval()
    shipped = copy.deepcopy(model.state_dict())
    optimizer.eval()
    assert not torch.equal(trained["weight"], shipped["weight"])
    assert torch.equal(model.weight, shipped["weight"])
    with pytest.raises(BadValue, match=r"^average: step\(\) in eval mode; call optimizer.train\(\) before"):
        optimizer.step()
    twin = copy.deepcopy(model)
    other = bridges.torch(Average(Adam(0.1), 0.5))(twin.parameters())
    other.load_state_dict(optimizer.state_dict())
    for one in (optimizer, other):
        one.train()
        one.train()
    assert torch.equal(model.weight, trained["weight"])
    assert torch.equal(twin.weight, trained["weight"])


def test_an_evaluation_with_the_weights_in_training_warns_once():
    model, bystander = linear(), linear().eval()
    optimizer = bridges.torch(ScheduleFreeSGD())(model.parameters())
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("error")
        model.eval()(torch.ones(3))  # nothing is trained yet
        bystander(torch.ones(3))
    model.train()
    backward(model)
    optimizer.step()
    with torch.no_grad():
        model(torch.ones(3))  # in train mode, as for a loss on the way
        with pytest.warns(bridges.TrainingWeights, match="Linear is evaluated with the weights that ScheduleFreeSGD trains, not"):
            model.eval()(torch.ones(3))
        model(torch.ones(3))
    assert not modules._global_forward_pre_hooks


def test_the_watch_ends_with_its_optimizer():
    optimizer = bridges.torch("schedule_free_sgd")(linear().parameters())
    assert modules._global_forward_pre_hooks
    optimizer.eval()
    with torch.no_grad():
        linear().eval()(torch.ones(3))
    del optimizer
    gc.collect()
    assert not modules._global_forward_pre_hooks


def test_optimizers_pickle_and_copy():
    model = linear()
    optimizer = bridges.torch(ClipByGlobalNorm(Adam()))(model.named_parameters())
    backward(model)
    optimizer.step()
    for twin in (pickle.loads(pickle.dumps(optimizer)), copy.deepcopy(optimizer)):
        assert type(twin) is type(optimizer)
        assert repr(twin) == repr(optimizer)
        for p, q in zip(twin.param_groups[0]["params"], model.parameters(), strict=True):
            p.grad = torch.ones_like(q)
        twin.step()


@pytest.mark.filterwarnings("ignore:`torch.jit.script_method` is deprecated:DeprecationWarning")  # the compiler's own
def test_compiled_steps_are_the_eager_ones_and_new_rates_compile_nothing():
    from descend.bridges.to_torch import kernels

    ends = []
    for way in ("eager", "option", "torch.compile"):
        long, small, turned = torch.linspace(-1, 1, 70_000).view(2, -1), torch.ones(3), torch.ones(2, 3).t()  # not in a row
        params = [torch.nn.Parameter(a.detach()) for a in (long, small, turned)]
        optimizer = bridges.torch("adam")(params, compiled=way == "option")
        step = torch.compile(optimizer.step) if way == "torch.compile" else optimizer.step
        made, versions = [], []
        for t in range(4):
            optimizer.param_groups[0].update(lr=0.01 * (t + 1), betas=(0.9 - 0.1 * t, 0.99))
            for p in params:
                p.grad = p.detach() + t
            versions.append([p._version for p in params])
            step()
            made.append((kernels._kernel.cache_info().misses, torch._dynamo.utils.counters["stats"]["unique_graphs"]))
        assert made[1:] == made[:1] * 3
        assert all(a < b for a, b in zip(versions[0], versions[1], strict=True))  # autograd sees that they changed
        ends.append([p.detach() for p in params])
    torch.testing.assert_close(ends[1], ends[0], rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(ends[2], ends[1], rtol=0, atol=0)


@pytest.mark.filterwarnings("ignore:The 'train_dataloader' does not have many workers", "ignore:The dirpath has changed")
@pytest.mark.filterwarnings(
    "ignore:.*treespec, LeafSpec.* is deprecated:FutureWarning", "ignore:`torch.jit.script_method` is deprecated:DeprecationWarning"
)
def test_a_lightning_trainer_takes_it(tmp_path):
    import pytorch_lightning as lightning

    class Module(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer = linear()

        def training_step(self, batch):
            return self.layer(batch[0]).square().mean()

        def configure_optimizers(self):
            optimizer = bridges.torch(ClipByGlobalNorm(Adam(), 0.5))(self.named_parameters(), lr=0.1)
            return {"optimizer": optimizer, "lr_scheduler": lr_scheduler.ExponentialLR(optimizer, 0.9)}

    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(8, 3)), batch_size=2)
    quiet = {"logger": False, "enable_progress_bar": False, "enable_model_summary": False, "accelerator": "cpu", "devices": 1}
    module, trainer = Module(), lightning.Trainer(max_epochs=2, default_root_dir=tmp_path, **quiet)
    trainer.fit(module, data)
    optimizer = trainer.optimizers[0]
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.081)
    assert int(optimizer.state[module.layer.weight]["step"]) == 8
    path = trainer.checkpoint_callback.best_model_path
    again = lightning.Trainer(max_epochs=3, default_root_dir=tmp_path / "again", **quiet)
    again.fit(module, data, ckpt_path=path)
    assert int(again.optimizers[0].state[module.layer.weight]["step"]) == 12

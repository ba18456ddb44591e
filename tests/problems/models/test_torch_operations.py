"""What graphs of PyTorch give in JAX is what PyTorch gives: outputs, gradients and buffers, chance apart."""

import copy
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from descend.problems.models import calls
from descend.problems.models.torch_export import Exported

CHANCE = np.random.default_rng(0)


def numbers(*shape, low=None):
    """Random numbers, all at least `low` from 0 where that is given."""
    drawn = CHANCE.normal(size=shape).astype(np.float32)
    return drawn if low is None else np.abs(drawn) + np.float32(low)


class Function(nn.Module):
    """A function of tensors, all floats of which are multiplied by a parameter, so that every operation has a gradient."""

    def __init__(self, function):
        super().__init__()
        self.scale, self.function = nn.Parameter(torch.tensor(1.1)), function

    def forward(self, *inputs):
        return self.function(*(x * self.scale if x.is_floating_point() else x for x in inputs))


def weighed(leaves, cos, arange):
    """One number from arrays or tensors, to which every one of their numbers adds a share of its own."""
    return sum((leaf.reshape(-1) * cos(arange(leaf.reshape(-1).shape[0]) * 1.0)).sum() for leaf in leaves)


def in_jax(exported, inputs, training, rows):
    graph = exported.graph(inputs, training)
    params, buffers = jax.tree.map(jnp.asarray, exported.numbers())

    def loss(params):
        out, after = graph(params, buffers, tuple(x[:rows] for x in inputs), None)
        return weighed(jax.tree.leaves(out), jnp.cos, jnp.arange), (out, after)

    (_, (out, after)), gradient = calls.quick(jax.value_and_grad(loss, has_aux=True))(params)
    return jax.tree.leaves(out), gradient, after


def in_torch(module, inputs, training, rows):
    module = copy.deepcopy(module).train(training)
    out = module(*(torch.from_numpy(x[:rows].astype(np.int64) if x.dtype.kind == "i" else x[:rows]) for x in inputs))
    leaves = jax.tree.leaves(out)
    weighed(leaves, torch.cos, torch.arange).backward()
    gradient = {name: p.grad.numpy() for name, p in module.named_parameters()}
    return [leaf.detach().numpy() for leaf in leaves], gradient, {name: b.numpy() for name, b in module.named_buffers()}


def check_agreement(module, *inputs, training=False, rows=None, any_rows=True):
    """The graph made for these inputs, on the first `rows` of them, against PyTorch: to 1e-4 of each array's largest number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's own
        theirs = in_torch(module, inputs, training, rows)
    mine = in_jax(Exported(module, any_rows=any_rows), inputs, training, rows)
    floor = 0.1 * max(np.abs(g).max() for g in theirs[1].values())
    for one, other in zip(mine[0], theirs[0], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4 * max(np.abs(other).max(), 1e-3))
    for name, other in theirs[1].items():
        np.testing.assert_allclose(mine[1][name], other, atol=1e-4 * max(np.abs(other).max(), floor), err_msg=name)
    assert mine[2].keys() == theirs[2].keys()
    for name, other in theirs[2].items():
        np.testing.assert_allclose(mine[2][name], other, rtol=1e-4, atol=1e-6, err_msg=name)


ALONE = """
abs acos asin asinh atan atanh ceil cos cosh erf erfc erfinv exp expm1 floor log log10 log1p log2 neg reciprocal round rsqrt
sigmoid sign sin sinh sqrt square tan tanh trunc frac lgamma digamma sinc logit exp2 isinf isnan isfinite logical_not"""
ACTIVATIONS = """
relu elu celu selu gelu silu mish softplus softsign hardtanh hardsigmoid hardswish relu6 leaky_relu logsigmoid tanhshrink
softshrink hardshrink"""


def alone(x):
    return [getattr(torch, name)(x).float() for name in ALONE.split()]


def activations(x):
    more = [F.gelu(x, approximate="tanh"), F.glu(x, 1), F.threshold(x, 0.1, 2.0), F.softmin(x, 1), F.log_softmax(x, 0)]
    return [getattr(F, name)(3 * x) for name in ACTIVATIONS.split()] + more


def pairs(a, b):
    return [
        (a + b * 2 - b / (a.abs() + 1) - (3 - a)) ** 2,
        a**3 + 2**a + a.abs() ** 1.5 + (a.abs() + 0.1) ** b,
        torch.add(a, b, alpha=2) - torch.sub(a, b, alpha=3),
        torch.maximum(a, b) * torch.minimum(a, b),
        torch.addcmul(a, a, b, value=2) + torch.addcdiv(a, b, a.abs() + 1) + torch.lerp(a, b, 0.3),
        torch.atan2(a, b) + torch.fmod(a, 0.3) + torch.remainder(a, 0.3) + torch.div(a, 0.3, rounding_mode="floor"),
        torch.hypot(a, b) + torch.logaddexp(a, b) + torch.xlogy(a, b.abs() + 1) + torch.div(b, 0.3, rounding_mode="trunc"),
        torch.where((a > b) & ~(a < 0) | (b == 0), a, b) + (a >= b) + torch.logical_xor(a > 0, b > 0) + a.masked_fill(a > 0, 2.0),
        a.clamp(-0.5, 0.5) + a.clamp(min=0) + a.clamp_max(0.3) + F.relu(a) * a.detach(),
        F.cosine_similarity(a, b) + F.pairwise_distance(a, b) + torch.cdist(a, b).mean(1),
    ]


def reductions(x):
    return [
        x.sum() + x.mean(0).sum() + x.mean() + x.var() + x.amax() - x.amin() + x.norm() + x.max() - x.min(),
        x.sum(1, keepdim=True) + x.var(1, unbiased=False, keepdim=True) + x.prod(1, keepdim=True) + x.logsumexp(1, keepdim=True),
        x.std(0) + x.norm(dim=0) + F.normalize(x, dim=1) + x.norm(p=1) + torch.linalg.vector_norm(x, ord=float("inf"), dim=0),
        x.max(1)[0] + x.min(1).values + x.argmax(1) + x.argmin(1) + (x > 0).any(1) * x.mean(1) + (x > -2).all(1) + (x > 0).sum(1),
        x.cumsum(1) + x.cumprod(0) + x.flip(0) + x.roll(1, 0) + x.roll(2),
        x.sort(1)[0] + x.topk(4, 1)[0] + x.argsort(0) + x.topk(4, 1, largest=False)[1],
    ]


def shapes(x):
    return [
        x.view(-1, 2, 2).permute(0, 2, 1).reshape(-1, 4) + x.unflatten(1, (2, -1)).flatten(1) + x.t().transpose(0, 1),
        x[:, None].squeeze(1) + x.unsqueeze(0).expand(3, -1, -1)[1] + torch.stack([x, x], 1)[:, 0] + x.repeat(1, 2)[:, 2:6],
        torch.cat([x[:, 2:], x[:, :2]], 1) + torch.cat(x.chunk(2, 1), 1) + torch.cat(x.split([1, 3], 1), 1) + x[..., -1:],
        torch.cat(x.split(3, 1), 1) + sum(x.unbind(1))[:, None] + x[:, ::2].repeat_interleave(2, 1) + x.movedim(0, 1).T,
        F.pad(x, (1, 2))[:, 1:5] + F.pad(x, (-1, 1), value=3.0) + F.pad(x[:, None], (1, 1), mode="reflect")[:, 0, 1:5],
        x.tril()
        + x.triu(1)
        + torch.ones_like(x)
        + torch.full_like(x, 2)
        + x.new_zeros(4)
        + torch.arange(1, 9, 2)
        + torch.eye(4)[0],
        torch.linspace(0, 1, 4) + torch.zeros(x.shape) + torch.ones(x.size(0), 1) + torch.tensor([1.0, 2, 3, 4]) * x,
        torch.diagonal(x)[:, None] * torch.outer(x[:4, 0], x[0]) + torch.diag_embed(x[0]) + x.view(-1).sum() / x.shape[0],
    ]


def in_place(x):
    y = x.clone()
    y[:, 0] = 1.0
    y[:, 1:3] += x[:, 2:4]
    y[y > 1] = 0.0
    return y.mul_(2).add_(1)


def without_gradient(x):
    with torch.no_grad():
        y = x * 2 + x.sin()
    return x * y


def rows(x, i):
    return [
        x[i[:, 0] % 4] + x[:, [2, 0, 1, 3]] + x.index_select(1, torch.tensor([3, 2, 1, 0])) + x.gather(1, i[:, :1] % 4),
        torch.take_along_dim(x, i[:, :4] % 4, 1) + x[torch.arange(x.shape[0]), i[:, 1] % 4][:, None],
        torch.zeros_like(x).scatter(1, i[:, :1] % 4, 1.0) + torch.zeros_like(x).scatter_add(1, i[:, :4] % 4, x),
        F.one_hot(i[:, 0], 7)[:, :4] + x * (i // 2 % 3)[:, :4] + (i[:, :4] & 3),
        in_place(x),
        without_gradient(x),
    ]


def products(x):
    return [
        (x @ x.T @ x) + torch.einsum("ij,kj->ik", x, x) @ x + (x @ x[0])[:, None] + torch.dot(x[0], x[1]),
        torch.bmm(x[:, None], x[:, :, None]).squeeze(2) + torch.addmm(x, x, x.T @ x, beta=0.5, alpha=2) + x.inner(x) @ x,
        torch.matmul(x[:, None, :], x.T)[:, 0] @ x + torch.tensordot(x, x, ([1], [1])) @ x,
        torch.baddbmm(x[:, :, None], x[:, :, None], x[:, None, :1]).squeeze(2),
    ]


def attention(x):
    causal, biased = torch.ones(6, 6).tril().bool(), torch.ones(6, 6)
    return [
        F.scaled_dot_product_attention(x, x, x, is_causal=True),
        F.scaled_dot_product_attention(x, x, x, attn_mask=causal) + F.scaled_dot_product_attention(x, x, x, attn_mask=biased),
        F.scaled_dot_product_attention(x, x, x, attn_mask=causal & (torch.arange(6) > 0)),  # the first row sees nothing
    ]


def pooling(x):
    return [
        F.max_pool2d(x, 2, ceil_mode=True),
        F.max_pool2d(x, 3, 2, padding=1),
        F.max_pool2d(x, (9, 8)),
        F.avg_pool2d(x, 2, ceil_mode=True),
        F.avg_pool2d(x, 3, 2, padding=1, count_include_pad=False),
        F.adaptive_avg_pool2d(x, (4, 3)),
        F.adaptive_max_pool2d(x, 2),
        F.adaptive_avg_pool2d(x, 1),
        F.interpolate(x, scale_factor=2),
        F.interpolate(x, size=(5, 7)),
        F.interpolate(x, scale_factor=2, mode="bilinear"),
        F.pixel_shuffle(x[..., :8], 2),
        F.unfold(x, 3),
        F.max_pool1d(x[:, :, 0], 2, dilation=2),
        F.avg_pool1d(x[:, :, 0], 3, 2, 1),
        F.adaptive_max_pool1d(x[:, :, 0], 3),
    ]


WEIGHT = torch.tensor([1.0, 2, 0.5, 3])


def class_losses(x, y):
    many = [
        F.cross_entropy(x, y, **options, reduction=reduction)
        for reduction in ("mean", "sum", "none")
        for options in (
            {},
            {"weight": WEIGHT},
            {"label_smoothing": 0.1, "weight": WEIGHT, "ignore_index": 2},
            {"label_smoothing": 0.2},
        )
    ]
    shares = F.one_hot(y, 4) * 0.9 + 0.025
    many += [F.cross_entropy(x, shares, weight=WEIGHT, label_smoothing=0.1), F.nll_loss(x, y, WEIGHT, ignore_index=1)]
    return [*many, F.multi_margin_loss(x, y), F.cross_entropy(x[:, :, None] * torch.ones(3), y[:, None].expand(-1, 3))]


def number_losses(x, y):
    sign, share = torch.sign(y).detach(), torch.sigmoid(y).detach()
    return [
        F.mse_loss(x, y),
        F.l1_loss(x, y),
        F.smooth_l1_loss(x, y, beta=0.5),
        F.huber_loss(x, y, delta=0.7),
        F.binary_cross_entropy_with_logits(x, share, pos_weight=WEIGHT),
        F.binary_cross_entropy(torch.sigmoid(x), share),
        F.kl_div(F.log_softmax(x, 1), share, reduction="batchmean"),
        F.poisson_nll_loss(x, share),
        F.soft_margin_loss(x, sign),
        F.hinge_embedding_loss(x, sign),
        F.triplet_margin_loss(x, y, x.flip(0)),
    ]


X, Z = numbers(6, 4), numbers(6, 4)
FAMILIES = {
    "numbers alone": (alone, CHANCE.uniform(0.1, 0.8, (6, 4)).astype(np.float32)),
    "activations": (activations, X),
    "pairs": (pairs, X, Z),
    "reductions": (reductions, X),
    "shapes": (shapes, X),
    "rows": (rows, X, CHANCE.integers(0, 7, (6, 5), dtype=np.int32)),
    "products": (products, X),
    "attention": (attention, numbers(5, 6, 8)),
    "pooling": (pooling, numbers(5, 4, 9, 8)),
    "losses of classes": (class_losses, X, np.array([0, 1, 2, 3, 1, 0], np.int32)),
    "losses of numbers": (number_losses, X, Z),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_operations_are_those_of_pytorch(family):
    function, *inputs = FAMILIES[family]
    check_agreement(Function(function), *inputs, any_rows=False)


class Layers(nn.Module):
    """Layers side by side, on the same input."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        return [layer(x) for layer in self.layers]


def convolutions():
    kinds = [{"padding": 1}, {"stride": 2, "padding": (2, 1)}, {"dilation": 2}, {"groups": 2, "padding": "same"}]
    kinds += [{"padding": 2, "padding_mode": "reflect", "bias": False}]
    transposed = nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2)
    return Layers(
        *(nn.Conv2d(4, 8, 3, **kind) for kind in kinds),
        nn.Conv2d(4, 4, 3, groups=4),
        nn.Sequential(transposed, nn.ReLU(), nn.ConvTranspose2d(6, 3, 2, dilation=2)),
        nn.Sequential(nn.Conv2d(4, 6, 3), nn.GELU(), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 2)),
        nn.Sequential(nn.Flatten(2), nn.Conv1d(4, 6, 5, stride=3, padding=2, dilation=2), nn.ConvTranspose1d(6, 2, 4, stride=3)),
        nn.Sequential(nn.Unflatten(1, (2, 2)), nn.Conv3d(2, 3, (2, 3, 3), padding=1)),
    )


def normalisers():
    return Layers(
        nn.Sequential(nn.GroupNorm(2, 4), nn.InstanceNorm2d(4, affine=True), nn.LayerNorm((9, 8)), nn.RMSNorm(8)),
        nn.Sequential(nn.BatchNorm2d(4), nn.Conv2d(4, 6, 3), nn.BatchNorm2d(6, track_running_stats=False), nn.PReLU(6)),
        nn.Sequential(nn.Flatten(), nn.Linear(288, 5), nn.BatchNorm1d(5, momentum=0.3), nn.Tanh()),
    )


@pytest.mark.parametrize(("layers", "training"), [(convolutions, True), (normalisers, True), (normalisers, False)])
def test_layers_are_those_of_pytorch(layers, training):
    check_agreement(layers(), numbers(5, 4, 9, 8), training=training, any_rows=False)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 5, num_layers=2, bidirectional=True, batch_first=True, proj_size=2)
        self.gru, self.plain = nn.GRU(4, 5, batch_first=True), nn.RNN(5, 4, nonlinearity="relu", bias=False, batch_first=True)
        self.cells = nn.ModuleList([nn.LSTMCell(4, 4), nn.GRUCell(4, 4)])

    def forward(self, x):
        first, (h, c) = self.lstm(x)
        last, _ = self.plain(self.gru(first)[0])
        return last, h, c, self.cells[1](self.cells[0](last[:, -1])[0], last[:, 0])


class Residual(nn.Module):
    """A block of a residual network."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(4, 8, 3, 2, 1, bias=False), nn.Conv2d(8, 8, 3, 1, 1, bias=False)
        self.norms, self.short = nn.ModuleList([nn.BatchNorm2d(8), nn.BatchNorm2d(8)]), nn.Conv2d(4, 8, 1, 2)
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        y = F.relu(self.norms[0](self.first(x)))
        y = F.relu(self.norms[1](self.second(y)) + self.short(x))
        return self.out(F.adaptive_avg_pool2d(y, 1).flatten(1))


class Block(nn.Module):
    """A block of a transformer, on words."""

    def __init__(self):
        super().__init__()
        self.words, self.places = nn.Embedding(7, 8, padding_idx=0), nn.Parameter(torch.randn(5, 8))
        self.norm, self.attention = nn.LayerNorm(8), nn.MultiheadAttention(8, 2, batch_first=True)
        self.encoder = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True, norm_first=True, activation="gelu")
        self.out = nn.Linear(8, 2)

    def forward(self, words):
        x = self.words(words) + self.places
        y = self.norm(x)
        x = x + self.attention(y, y, y, need_weights=False, attn_mask=nn.Transformer.generate_square_subsequent_mask(5))[0]
        return self.out(self.encoder(x).mean(1))


MODULES = {
    "residual": (Residual, numbers(6, 4, 9, 8)),
    "block": (Block, CHANCE.integers(0, 7, (6, 5), dtype=np.int32)),
}


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", MODULES)
def test_modules_agree_in_both_modes_on_another_number_of_rows(name, training):
    build, x = MODULES[name]
    check_agreement(build(), x, training=training, rows=4)


def test_recurrent_layers_are_those_of_pytorch():
    check_agreement(Recurrent(), numbers(6, 7, 3), any_rows=False)


def test_a_module_that_fixes_the_number_of_rows_has_a_graph_for_each():
    module = Function(lambda x: x.reshape(6, 4) + torch.arange(6)[:, None] if x.shape[0] == 6 else x * 2)
    exported = Exported(module)
    for rows in (6, 3):
        x = numbers(rows, 4)
        graph = exported.graph((x,), False)
        expected = module(torch.from_numpy(x)).detach().numpy()
        np.testing.assert_allclose(graph({"scale": jnp.float32(1.1)}, {}, (x,), None)[0], expected, rtol=1e-6)


def test_dropout_draws_from_its_key_a_layer_at_a_time():
    module = nn.Sequential(nn.Dropout(0.3), nn.Dropout(0.3), nn.Linear(1, 1))
    with torch.no_grad():
        module[2].weight.fill_(1.0), module[2].bias.fill_(0.0)
    exported, x = Exported(module), np.ones((4000, 1), np.float32)
    graph, (params, buffers) = exported.graph((x[:4],), True), exported.numbers()
    assert graph.draws and not exported.graph((x[:4],), False).draws
    one, again, other = (np.asarray(graph(params, buffers, (x,), jax.random.key(seed))[0]) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()
    np.testing.assert_allclose(np.unique(one), [0.0, 1 / 0.49], rtol=1e-5)
    assert (one > 0).mean() == pytest.approx(0.49, abs=0.03)  # two layers of their own: one alone would keep 0.7
    np.testing.assert_array_equal(graph(params, buffers, (x,), None)[0], x)

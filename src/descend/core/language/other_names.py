"""What others call things that have a name here, so that an unknown name can be answered with the known one."""

# name here -> names elsewhere, whatever their capitals, underscores and hyphens
OTHERS: dict[str, tuple[str, ...]] = {
    # initialisations
    "glorot": ("xavier", "xavier_normal", "xavier_uniform", "glorot_normal", "glorot_uniform"),
    "he": ("kaiming", "kaiming_normal", "kaiming_uniform", "he_normal", "he_uniform", "msra"),
    # activations
    "silu": ("swish",),
    "sigmoid": ("logistic",),
    "identity": ("linear",),
    "leaky_relu": ("lrelu",),
    # losses
    "cross_entropy": (
        "categorical_cross_entropy", "sparse_categorical_cross_entropy", "cross_entropy_loss", "softmax", "softmax_cross_entropy",
        "nll", "nll_loss", "log_loss",
    ),
    "binary_cross_entropy": ("bce", "bce_loss", "bce_with_logits", "bce_with_logits_loss", "sigmoid_cross_entropy"),
    "mse": ("mean_squared_error", "mse_loss", "squared_error", "l2_loss"),
    "mae": ("mean_absolute_error", "absolute_error", "l1_loss"),
    "huber": ("smooth_l1", "smooth_l1_loss"),
    "asymmetric": ("quantile", "pinball", "newsvendor"),
    # rules and wrappers
    "sgd": ("gd", "gradient_descent"),
    "momentum": ("heavy_ball", "polyak", "sgdm", "sgd_momentum"),
    "nesterov": ("nag", "accelerated", "nesterov_momentum"),
    "signum": ("sign_sgd", "sign_descent"),
    "clip_by_global_norm": ("clip_grad_norm", "clipnorm"),
    "clip_by_value": ("clip_grad_value", "clip"),
    "average": ("ema", "swa", "polyak_averaging"),
    # schedules
    "cosine": ("cosine_annealing", "cosine_decay"),
    "piecewise_constant": ("step", "step_decay", "step_lr", "multi_step", "multi_step_lr"),
    "warmup_stable_decay": ("wsd", "trapezoidal"),
    # options and hyperparameters
    "l2": ("weight_decay", "ridge"),
    "l1": ("lasso",),
    "hidden": ("layers", "units", "hidden_layer_sizes"),
    "criterion": ("loss",),
    "batch": ("batch_size",),
    "split_seed": ("seed", "random_state"),
    "validation": ("validation_split", "validation_size"),
    "test": ("test_size", "test_split"),
    "learning_rate": ("lr",),
    "learning_rates": ("lr", "lrs", "learning_rate"),
    "b1": ("beta1", "beta_1"),
    "b2": ("beta2", "beta_2"),
    "eps": ("epsilon",),
}  # fmt: skip


def bare(name: object) -> str:
    """A name without what people write in different ways.

    >>> bare("Heavy-Ball") == bare("heavy_ball")
    True
    """
    return "".join(filter(str.isalnum, str(name).lower()))


HERE: dict[str, list[str]] = {}  # bare name elsewhere -> names here
for _here, _elsewhere in OTHERS.items():
    for _other in dict.fromkeys(map(bare, _elsewhere)):
        HERE.setdefault(_other, []).append(_here)

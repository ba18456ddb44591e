"""Update rules, each written once as its paper writes it."""

from .adabelief import AdaBelief
from .adadelta import Adadelta
from .adafactor import Adafactor
from .adagrad import AdaGrad
from .adam import Adam
from .adamax import AdaMax
from .adamw import AdamW
from .adan import Adan
from .amsgrad import AMSGrad
from .base import RULES, Rule, Slots, rule
from .ema_momentum import EMAMomentum
from .from_optax import from_optax
from .lamb import LAMB
from .lars import LARS
from .lion import Lion
from .lookup import find
from .momentum import Momentum
from .muon import Muon
from .nadam import Nadam
from .nesterov import Nesterov
from .nesterov_lookahead import NesterovLookahead
from .oracle import Oracle, Usage
from .prodigy import Prodigy
from .radam import RAdam
from .rmsprop import RMSProp
from .rmsprop_nesterov import RMSPropNesterov
from .schedule_free_adamw import ScheduleFreeAdamW
from .schedule_free_sgd import ScheduleFreeSGD
from .second_order.adahessian import AdaHessian
from .second_order.barzilai_borwein import BarzilaiBorwein
from .second_order.bfgs import BFGS
from .second_order.coordinate_descent import CoordinateDescent
from .second_order.gauss_newton import GaussNewton
from .second_order.lbfgs import LBFGS
from .second_order.levenberg_marquardt import LevenbergMarquardt
from .second_order.newton import Newton
from .second_order.newton_cg import NewtonCG
from .second_order.nonlinear_cg import NonlinearCG
from .second_order.sophia import Sophia
from .sgd import SGD
from .shampoo import Shampoo
from .signum import Signum
from .soap import SOAP
from .step import OracleRule, Step, first_order, move, step
from .tree import WRAPPERS, TreeRule, Wrapper, wrapper
from .wrappers.accumulate import Accumulate
from .wrappers.average import Average
from .wrappers.cautious import Cautious
from .wrappers.clip_by_global_norm import ClipByGlobalNorm
from .wrappers.clip_by_value import ClipByValue
from .wrappers.coupled_weight_decay import CoupledWeightDecay
from .wrappers.decoupled_weight_decay import DecoupledWeightDecay
from .wrappers.groups import Groups
from .wrappers.lookahead import Lookahead
from .wrappers.sharpness_aware import SharpnessAware
from .wrappers.skip_non_finite import SkipNonFinite
from .yogi import Yogi

# The rules that lectures teach, which a race runs unless others are named.
TEXTBOOK = (
    "sgd",
    "momentum",
    "ema_momentum",
    "nesterov",
    "nesterov_lookahead",
    "adagrad",
    "adadelta",
    "rmsprop",
    "rmsprop_nesterov",
    "adam",
)

__all__ = [
    "RULES",
    "TEXTBOOK",
    "WRAPPERS",
    "Oracle",
    "OracleRule",
    "Rule",
    "Slots",
    "Step",
    "Usage",
    "TreeRule",
    "Wrapper",
    "find",
    "first_order",
    "from_optax",
    "move",
    "rule",
    "step",
    "wrapper",
    # rules
    "AdaBelief",
    "Adadelta",
    "Adafactor",
    "AdaGrad",
    "Adam",
    "AdaMax",
    "AdamW",
    "Adan",
    "AMSGrad",
    "EMAMomentum",
    "LAMB",
    "LARS",
    "Lion",
    "Momentum",
    "Muon",
    "Nadam",
    "Nesterov",
    "NesterovLookahead",
    "Prodigy",
    "RAdam",
    "RMSProp",
    "RMSPropNesterov",
    "ScheduleFreeAdamW",
    "ScheduleFreeSGD",
    "SGD",
    "Shampoo",
    "Signum",
    "SOAP",
    "Yogi",
    # rules that ask for more than a gradient
    "AdaHessian",
    "BarzilaiBorwein",
    "BFGS",
    "CoordinateDescent",
    "GaussNewton",
    "LBFGS",
    "LevenbergMarquardt",
    "Newton",
    "NewtonCG",
    "NonlinearCG",
    "Sophia",
    # wrappers
    "Accumulate",
    "Average",
    "Cautious",
    "ClipByGlobalNorm",
    "ClipByValue",
    "CoupledWeightDecay",
    "DecoupledWeightDecay",
    "Groups",
    "Lookahead",
    "SharpnessAware",
    "SkipNonFinite",
]

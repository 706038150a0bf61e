#!/usr/bin/env python3
"""Makes the golden gradients: what PyTorch's autograd answers for nn.LSTM, as safetensors files.

Usage: make_gradient_goldens.py [DIRECTORY]     (default: src/test/resources/goldens/gradients)

Needs torch (Debian: python3-torch). README.md beside this file says what the files hold.

The loss is sum(output * G) + sum(hn * Gh) + sum(cn * Gc), with G, Gh and Gc drawn from the case's
own generator, after everything that make_goldens.py draws. As there, f64.* is the truth on exactly
those float32 numbers, and f32.* is what libtorch itself answers in float32.
"""

import copy
import math
import pathlib
import sys
from typing import Dict

import torch

from make_goldens import Case, draw, relative_error, run_lstm, write_safetensors

CASES = [
    # Sizes around the widths of vector registers.
    Case("width_i1_h1", 1, 1, 1, 1),
    Case("width_i4_h3", 4, 3, 5, 3),
    Case("width_i3_h4", 3, 4, 5, 2, state=True),
    Case("width_i4_h5", 4, 5, 3, 5),
    Case("width_i8_h7", 8, 7, 5, 3),
    Case("width_i7_h8", 7, 8, 5, 17, state=True),
    Case("width_i9_h9", 9, 9, 4, 4),
    Case("width_i16_h15", 16, 15, 3, 2),
    Case("width_i15_h16", 15, 16, 3, 3),
    Case("width_i13_h17", 13, 17, 4, 7),
    Case("width_i2_h37", 2, 37, 3, 3),
    # The constructor's arguments.
    Case("one_step", 3, 5, 1, 3, state=True),
    Case("layers3_state", 4, 7, 5, 2, num_layers=3, state=True),
    Case("bidirectional", 5, 8, 5, 3, bidirectional=True),
    Case("bidirectional_one_step", 3, 5, 1, 2, bidirectional=True, state=True),
    Case("bidirectional_layers2_state", 3, 5, 11, 2, num_layers=2, bidirectional=True, state=True),
    Case("proj", 5, 9, 5, 3, proj_size=4),
    Case("proj_to_one_state", 3, 8, 5, 2, proj_size=1, state=True),
    Case("proj_bidirectional_layers2_state", 4, 7, 5, 3, num_layers=2, bidirectional=True,
         proj_size=3, state=True),
    Case("no_bias", 5, 7, 5, 3, bias=False),
    Case("no_bias_proj_bidirectional_layers2", 3, 9, 5, 2, num_layers=2, bias=False,
         bidirectional=True, proj_size=5),
    Case("batch_first_bidirectional_state", 3, 7, 5, 2, batch_first=True, bidirectional=True,
         state=True),
    Case("unbatched", 5, 7, 5, batched=False),
    Case("unbatched_proj_bidirectional_layers2_state", 3, 9, 5, num_layers=2, bidirectional=True,
         proj_size=4, batched=False, batch_first=True, state=True),
    # Variable lengths. The padding of x and G is NaN, that of x's gradient is zero.
    Case("packed_sorted", 4, 7, 5, 3, lengths=[5, 3, 1]),
    Case("packed_unsorted_shorter_than_input", 5, 8, 6, 4, lengths=[2, 5, 1, 3],
         enforce_sorted=False, state=True),
    Case("packed_all_ones", 3, 5, 2, 3, lengths=[1, 1, 1], state=True, bidirectional=True),
    Case("packed_unsorted_b17", 3, 9, 12, 17, bidirectional=True, enforce_sorted=False,
         lengths=[3, 12, 1, 7, 7, 11, 2, 9, 1, 10, 5, 12, 8, 8, 6, 12, 4]),
    Case("packed_unsorted_proj_bidirectional_layers2_batch_first_state", 5, 9, 5, 3, num_layers=2,
         batch_first=True, bidirectional=True, proj_size=4, state=True, lengths=[3, 1, 5],
         enforce_sorted=False),
    # Extreme numbers.
    Case("long", 3, 8, 300, 1),
    Case("long_bidirectional_layers2", 2, 5, 300, 2, num_layers=2, bidirectional=True),
    Case("saturated", 5, 9, 5, 3, weight_scale=50, input_scale=100),
    Case("large_state", 4, 9, 5, 2, state=True, state_scale=1000),
    Case("tiny_weights", 4, 9, 5, 2, num_layers=2, weight_scale=1e-20),
]


def draw_weights_of_loss(case: Case, x, h0, c0):
    """Draws G, Gh and Gc in the shapes of output, hn and cn; G is NaN beyond a sequence's length."""
    width = (2 if case.bidirectional else 1) * (case.proj_size or case.hidden_size)
    g = torch.randn(*x.shape[:-1], width)
    for b, length in enumerate(case.lengths or []):
        (g[b] if case.batch_first else g[:, b])[length:] = math.nan
    return g, torch.randn(h0.shape), torch.randn(c0.shape)


def zero_state(case: Case):
    """h0 and c0 of a case without: their gradients exist all the same."""
    rows = case.num_layers * (2 if case.bidirectional else 1)
    shape = (rows, case.batch) if case.batched else (rows,)
    return torch.zeros(*shape, case.proj_size or case.hidden_size), torch.zeros(
        *shape, case.hidden_size)


def gradients(case: Case, module, inputs, weights, dtype) -> Dict[str, torch.Tensor]:
    """Gradients of the loss for x, h0, c0 and every parameter, in float32 or float64."""
    module = copy.deepcopy(module).to(dtype)
    x, h0, c0 = (tensor.to(dtype).requires_grad_() for tensor in inputs)
    g, gh, gc = (tensor.to(dtype).nan_to_num(0) for tensor in weights)
    answer = run_lstm(case, module, x, (h0, c0))
    loss = ((answer["output"] * g).sum() + (answer["hn"] * gh).sum() + (answer["cn"] * gc).sum())
    loss.backward()
    found = {"x": x.grad, "h0": h0.grad, "c0": c0.grad}
    found.update({name: parameter.grad for name, parameter in module.named_parameters()})
    return found


def make(case: Case, directory: pathlib.Path):
    """Writes one golden; returns (bytes, PyTorch's own worst relative float32 error)."""
    module, x, h0, c0 = draw(case)
    tensors = {f"param.{name}": p for name, p in module.state_dict().items()}
    tensors["x"] = x
    if case.state:
        tensors["h0"], tensors["c0"] = h0, c0
    else:
        h0, c0 = zero_state(case)
    if case.lengths is not None:
        tensors["lengths"] = torch.tensor(case.lengths)
    weights = draw_weights_of_loss(case, x, h0, c0)
    tensors.update(zip(("G", "Gh", "Gc"), weights))
    truth = gradients(case, module, (x, h0, c0), weights, torch.float64)
    answer = gradients(case, module, (x, h0, c0), weights, torch.float32)
    for name in truth:
        tensors["f64.grad." + name] = truth[name]
        tensors["f32.grad." + name] = answer[name]
    size = write_safetensors(directory / f"{case.name}.safetensors", tensors, case.metadata())
    return size, max(relative_error(answer[name], truth[name]) for name in truth)


def train(module, head, x, target, steps: int, rate: float):
    """Trains nn.LSTM and a linear head on every output; returns the loss before each step."""
    optimizer = torch.optim.Adam([*module.parameters(), *head.parameters()], lr=rate)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(head(module(x)[0]), target)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses)


def make_training(directory: pathlib.Path):
    """Writes the training curve; returns (bytes, the worst relative float32 error of a loss)."""
    case = Case("training", 5, 8, 7, 4, num_layers=2, bidirectional=True)
    module, x, _, _ = draw(case)
    head = torch.nn.Linear(16, 3)
    target = torch.randn(case.steps, case.batch, 3)
    rate = 1e-2
    tensors = {"x": x, "target": target}
    tensors.update({f"param.{name}": p for name, p in module.state_dict().items()})
    tensors.update({f"head.{name}": p for name, p in head.state_dict().items()})
    losses = {}
    for prefix, dtype in (("f64", torch.float64), ("f32", torch.float32)):
        lstm, linear = (copy.deepcopy(m).to(dtype) for m in (module, head))
        losses[prefix] = train(lstm, linear, x.to(dtype), target.to(dtype), 10, rate)
        tensors[f"{prefix}.losses"] = losses[prefix]
        for name, p in lstm.state_dict().items():
            tensors[f"{prefix}.final.param.{name}"] = p
        for name, p in linear.state_dict().items():
            tensors[f"{prefix}.final.head.{name}"] = p
    metadata = {**case.metadata(), "learning_rate": str(rate)}
    size = write_safetensors(directory / f"{case.name}.safetensors", tensors, metadata)
    return size, relative_error(losses["f32"], losses["f64"])


def main() -> None:
    default = pathlib.Path(__file__).resolve().parents[1] / "resources" / "goldens" / "gradients"
    directory = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    directory.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    total = 0
    for case in CASES:
        size, error = make(case, directory)
        total += size
        print(f"{case.name:64} {size:8} bytes   f32 error {error:8.2e}")
    size, error = make_training(directory)
    print(f"{'training':64} {size:8} bytes   f32 error {error:8.2e}")
    (directory / "index.txt").write_text("".join(f"{case.name}\n" for case in CASES))
    print(f"{len(CASES) + 1} goldens, {total + size} bytes, in {directory}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes the test data of io.github.lstm4j.train: what PyTorch's layers, losses, optimisers and
learning rate schedules answer, as safetensors files.

Usage: make_train_goldens.py [DIRECTORY]     (default: src/test/resources/train of this repository)

Needs torch (Debian: python3-torch). README.md beside this file says what the files hold.

Inputs are float32 numbers; the truth (f64.*) is evaluated in float64 on exactly those numbers, f32.*
is what PyTorch answers in float32.
"""

import pathlib
import sys

import torch
from torch import nn

sys.dont_write_bytecode = True
from make_goldens import write_safetensors  # noqa: E402

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "train"
STEPS = 10
SCHEDULE_STEPS = 25

# Every case takes PyTorch's own arguments, which the Java test repeats. A schedule changes the rate.
OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd_decay": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.05),
    "sgd_momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "sgd_dampening": lambda p: torch.optim.SGD(
        p, lr=0.1, momentum=0.8, dampening=0.3, weight_decay=0.05
    ),
    "sgd_nesterov": lambda p: torch.optim.SGD(
        p, lr=0.1, momentum=0.9, weight_decay=0.05, nesterov=True
    ),
    "adam": lambda p: torch.optim.Adam(p),
    "adam_decay": lambda p: torch.optim.Adam(
        p, lr=0.01, betas=(0.8, 0.95), eps=0.05, weight_decay=0.05
    ),
    "adam_scheduled": lambda p: torch.optim.Adam(p, lr=0.1),
    "adamw": lambda p: torch.optim.AdamW(p),
    "adamw_decay": lambda p: torch.optim.AdamW(
        p, lr=0.01, betas=(0.8, 0.95), eps=0.05, weight_decay=0.2
    ),
}


def both(tensors, name, compute):
    """Evaluates in float64 and in float32."""
    for prefix, dtype in (("f64", torch.float64), ("f32", torch.float32)):
        for key, value in compute(dtype).items():
            tensors[f"{prefix}.{name}.{key}"] = value.detach().to(dtype)


def layers(random):
    tensors = {}
    shape = {"rows": 37, "in": 19, "out": 11, "vocabulary": 6}
    x = torch.randn(shape["rows"], shape["in"], generator=random)
    weight = torch.randn(shape["out"], shape["in"], generator=random)
    bias = torch.randn(shape["out"], generator=random)
    dy = torch.randn(shape["rows"], shape["out"], generator=random)
    tensors.update({"linear.x": x, "linear.weight": weight, "linear.bias": bias, "linear.dy": dy})

    def linear(dtype):
        module = nn.Linear(shape["in"], shape["out"]).to(dtype)
        module.load_state_dict({"weight": weight.to(dtype), "bias": bias.to(dtype)})
        input = x.to(dtype).requires_grad_()
        y = module(input)
        y.backward(dy.to(dtype))
        return {"y": y, "dx": input.grad, "dweight": module.weight.grad, "dbias": module.bias.grad}

    both(tensors, "linear", linear)

    table = torch.randn(shape["vocabulary"], 5, generator=random)
    indices = torch.randint(shape["vocabulary"], (4, 7), generator=random)
    drows = torch.randn(4, 7, 5, generator=random)
    tensors.update({"embedding.weight": table, "embedding.indices": indices, "embedding.dy": drows})

    def embedding(dtype):
        module = nn.Embedding(shape["vocabulary"], 5, padding_idx=2).to(dtype)
        module.load_state_dict({"weight": table.to(dtype)})
        y = module(indices)
        y.backward(drows.to(dtype))
        return {"y": y, "dweight": module.weight.grad}

    both(tensors, "embedding", embedding)

    predicted = torch.randn(6, 5, 3, generator=random)
    target = torch.randn(6, 5, 3, generator=random)
    tensors.update({"mse.predicted": predicted, "mse.target": target})

    def mse(dtype):
        p = predicted.to(dtype).requires_grad_()
        loss = nn.MSELoss()(p, target.to(dtype))
        loss.backward()
        return {"loss": loss, "gradient": p.grad}

    both(tensors, "mse", mse)

    # Three rows are padding; the spread takes in rows that all but decide, and one that overflows
    # without the subtraction of the largest logit.
    logits = torch.randn(29, 7, generator=random) * torch.logspace(-1, 3, 29)[:, None]
    targets = torch.randint(7, (29,), generator=random)
    targets[[0, 9, 28]] = -100
    tensors.update({"ce.logits": logits, "ce.targets": targets})

    def cross_entropy(dtype):
        x = logits.to(dtype).requires_grad_()
        loss = nn.CrossEntropyLoss()(x, targets)
        loss.backward()
        return {"loss": loss, "gradient": x.grad, "softmax": torch.softmax(x, -1)}

    both(tensors, "ce", cross_entropy)
    return tensors


def optimizers(random):
    tensors = {}
    starts = [torch.randn(3, 5, generator=random), torch.randn(37, generator=random)]
    gradients = [torch.randn(STEPS, *s.shape, generator=random) for s in starts]
    for k in range(2):
        tensors[f"start.{k}"] = starts[k]
        tensors[f"gradients.{k}"] = gradients[k]
    for name, make in OPTIMIZERS.items():

        def run(dtype):
            values = [nn.Parameter(s.clone().to(dtype)) for s in starts]
            optimizer = make(values)
            schedule = None
            if name.endswith("scheduled"):
                schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=3, gamma=0.5)
            for step in range(STEPS):
                for value, gradient in zip(values, gradients):
                    value.grad = gradient[step].clone().to(dtype)
                optimizer.step()
                if schedule:
                    schedule.step()
            return {str(k): value for k, value in enumerate(values)}

        both(tensors, name, run)
    return tensors


def clipping(random):
    tensors = {}
    gradients = [torch.randn(3, 5, generator=random), torch.randn(1100, generator=random)]
    for k, gradient in enumerate(gradients):
        tensors[f"gradient.{k}"] = gradient

    def clip(dtype):
        values = [nn.Parameter(torch.zeros_like(g).to(dtype)) for g in gradients]
        for value, gradient in zip(values, gradients):
            value.grad = gradient.clone().to(dtype)
        norm = nn.utils.clip_grad_norm_(values, 2.5)
        return {"norm": norm, **{str(k): v.grad for k, v in enumerate(values)}}

    both(tensors, "clipped", clip)
    return tensors


def schedules():
    def rates(make):
        optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.3)
        schedule = make(optimizer)
        found = []
        for _ in range(SCHEDULE_STEPS):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        return torch.tensor(found, dtype=torch.float64)

    lr = torch.optim.lr_scheduler
    return {
        "step": rates(lambda o: lr.StepLR(o, step_size=4, gamma=0.7)),
        "cosine": rates(lambda o: lr.CosineAnnealingLR(o, T_max=SCHEDULE_STEPS, eta_min=0.01)),
    }


def checkpoint(random):
    """A run of AdamW after three steps, in the layout of TrainingCheckpoint, and after five."""
    torch.manual_seed(7)
    model = nn.ModuleDict({"embedding": nn.Embedding(5, 3), "head": nn.Linear(3, 2)})
    gradients = {}
    for name, value in model.named_parameters():
        gradients[name] = torch.randn(5, *value.shape, generator=random)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02)
    tensors = {f"gradients.{name}": gradient for name, gradient in gradients.items()}
    for step in range(5):
        if step == 3:
            saved = {name: value.detach().clone() for name, value in model.named_parameters()}
            for name, value in model.named_parameters():
                for key in ("exp_avg", "exp_avg_sq"):
                    saved[f"optimizer.{name}.{key}"] = optimizer.state[value][key].clone()
        for name, value in model.named_parameters():
            value.grad = gradients[name][step].clone()
        optimizer.step()
    for name, value in model.named_parameters():
        tensors[f"after.{name}"] = value.detach()
    return saved, tensors


def main():
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    random = torch.Generator().manual_seed(20)
    write_safetensors(out / "layers.safetensors", layers(random), {})
    write_safetensors(out / "optimizers.safetensors", optimizers(random), {})
    write_safetensors(out / "clipping.safetensors", clipping(random), {})
    write_safetensors(out / "schedules.safetensors", schedules(), {})
    saved, rest = checkpoint(random)
    metadata = {"lstm4j.steps": "3", "lstm4j.learning_rate": "0.02", "epoch": "1"}
    write_safetensors(out / "checkpoint.safetensors", saved, metadata)
    write_safetensors(out / "resumed.safetensors", rest, {})
    for file in sorted(out.iterdir()):
        print(file.name, file.stat().st_size)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Trains the demo's checkpoint with PyTorch and records what PyTorch answers with it.

Usage: make_demo.py     (writes beside itself; needs torch, Debian: python3-torch)

A two-layer LSTM reads the monthly airline passengers of 1949 to 1960 (airline.csv) and a linear
head forecasts the following month. It learns from the first ten years; the last two are for
testing. README.md beside this file says what each file holds.
"""

import copy
import csv
import math
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parents[1] / "src" / "test" / "python"))
from make_goldens import relative_error, write_safetensors  # noqa: E402

TRAINING_MONTHS = 120
EPOCHS = 600


class Forecaster(torch.nn.Module):
    """Reads a series [T, B, 1] and returns, for every month, the forecast of the next one."""

    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(1, 32, num_layers=2)
        self.head = torch.nn.Linear(32, 1)

    def forward(self, x):
        output, _ = self.lstm(x)
        return x + self.head(output)  # the LSTM learns the change, not the level


def read_series():
    """Returns the passengers, in thousands, of the 144 months."""
    with open(HERE / "airline.csv", newline="") as file:
        return torch.tensor([float(row["passengers"]) for row in csv.DictReader(file)])


def train(x):
    """Fits a new model to the training months; returns it and its last loss."""
    torch.manual_seed(1949)
    model = Forecaster()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    for epoch in range(1, EPOCHS + 1):
        optimizer.zero_grad()
        forecast = model(x[: TRAINING_MONTHS - 1])
        loss = torch.nn.functional.mse_loss(forecast, x[1:TRAINING_MONTHS])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if epoch % 100 == 0:
            print(f"epoch {epoch}: training loss {loss.item():.5f}")
    return model.eval(), loss.item()


def report(model, x, passengers, mean, std):
    """Prints the forecasting error in passengers over the test months, beside two naive ones."""

    def rmse(forecast):
        return (forecast - passengers[TRAINING_MONTHS:]).square().mean().sqrt().item()

    with torch.no_grad():
        forecast = torch.exp(model(x).flatten() * std + mean)
    months = slice(TRAINING_MONTHS - 1, -1)
    print(f"test error (RMSE, thousands): LSTM {rmse(forecast[months]):.1f}, "
          f"previous month {rmse(passengers[months]):.1f}, "
          f"same month last year {rmse(passengers[TRAINING_MONTHS - 12:-12]):.1f}")


def answer(lstm, x, dtype):
    """Returns what nn.LSTM answers in one precision: output, hn, cn."""
    with torch.no_grad():
        output, (hn, cn) = copy.deepcopy(lstm).to(dtype)(x.to(dtype))
    return {"output": output, "hn": hn, "cn": cn}


def main():
    torch.set_num_threads(1)
    passengers = read_series()
    logarithms = passengers.log()
    mean = logarithms[:TRAINING_MONTHS].mean().item()
    std = logarithms[:TRAINING_MONTHS].std().item()
    x = ((logarithms - mean) / std).reshape(-1, 1, 1)

    model, loss = train(x)
    report(model, x, passengers, mean, std)
    torch.save(
        {"state_dict": model.state_dict(), "epoch": EPOCHS, "loss": loss, "mean": mean, "std": std},
        HERE / "airline.pt")

    write_safetensors(HERE / "input.safetensors", {"input": x}, {})
    (HERE / "input.csv").write_text("".join(f"{v:.9g}\n" for v in x.flatten().tolist()))
    answers, truth = answer(model.lstm, x, torch.float32), answer(model.lstm, x, torch.float64)
    for name in truth:
        print(f"{name}: PyTorch's float32 error {relative_error(answers[name], truth[name]):.1e}")
    write_safetensors(
        HERE / "expected.safetensors",
        {**answers, **{"f64." + name: tensor for name, tensor in truth.items()}}, {})


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Resumes in PyTorch what io.github.lstm4j.train.TrainingCheckpoint saved.

Usage: read_checkpoint.py SAVED RESUMED

SAVED holds an embedding, an LSTM, a linear head and an Adam optimiser after some steps. The script
loads the parameters by name into PyTorch modules and the state into PyTorch's Adam, makes two more
steps with the gradients 0.5 * value + 0.01, and compares with RESUMED, where the library has done the
same. Exit code 1 if they differ.
"""

import json
import struct
import sys

import torch
from torch import nn


def read_safetensors(path):
    content = open(path, "rb").read()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        assert entry["dtype"] == "F32", entry
        flat = torch.frombuffer(bytearray(content[begin:end]), dtype=torch.float32)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors, metadata


def main():
    saved, metadata = read_safetensors(sys.argv[1])
    resumed, _ = read_safetensors(sys.argv[2])
    parameters = {k: v for k, v in saved.items() if not k.startswith("optimizer.")}
    vocabulary, width = parameters["embedding.weight"].shape
    labels, hidden = parameters["head.weight"].shape
    model = nn.ModuleDict(
        {
            "embedding": nn.Embedding(vocabulary, width),
            "lstm": nn.LSTM(width, hidden),
            "head": nn.Linear(hidden, labels),
        }
    )
    model.load_state_dict(parameters)
    optimizer = torch.optim.Adam(model.parameters(), lr=float(metadata["lstm4j.learning_rate"]))
    for name, value in model.named_parameters():
        optimizer.state[value] = {
            "step": torch.tensor(float(metadata["lstm4j.steps"])),
            "exp_avg": saved[f"optimizer.{name}.exp_avg"],
            "exp_avg_sq": saved[f"optimizer.{name}.exp_avg_sq"],
        }
    for _ in range(2):
        for value in model.parameters():
            value.grad = 0.5 * value.detach() + 0.01
        optimizer.step()
    worst = max((value - resumed[name]).abs().max().item() for name, value in model.named_parameters())
    moved = max((value - saved[name]).abs().max().item() for name, value in model.named_parameters())
    print(f"largest difference {worst}, largest movement {moved}")
    return 0 if worst <= 1e-6 and moved > 1e-3 else 1  # values below 4, float32: a step of 2 to 3e-7


if __name__ == "__main__":
    sys.exit(main())

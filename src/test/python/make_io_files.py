"""Makes the PyTorch files that the tests of io.github.lstm4j.io read: src/test/resources/io.

    python3 src/test/python/make_io_files.py          (PyTorch 1.13, numpy)

Beside each readable X.pt stands X.safetensors with the float32 tensors it must be read as, under
nn.LSTM's own names, written by hand from the format's description. Files that must be refused have no such sibling.
"""

import json
import pathlib
import struct

import numpy as np
import torch
from torch import nn

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "io"


def safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.detach().float().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def save(name, value, truth=None, legacy=False, **arguments):
    torch.save(value, OUT / f"{name}.pt", _use_new_zipfile_serialization=not legacy, **arguments)
    if truth is not None:
        safetensors(OUT / f"{name}.safetensors", truth)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(5, 2)
        self.lstm = nn.LSTM(2, 3)
        self.norm = nn.BatchNorm1d(3)  # brings an int64 tensor, num_batches_tracked


class Plain(nn.Module):
    """Pickled whole: the legacy format stores this source text, and TorchScript compiles it."""

    def __init__(self):
        super().__init__()
        self.weight_ih_l0 = nn.Parameter(torch.ones(12, 2))

    def forward(self, x):
        return x + self.weight_ih_l0


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.head = nn.Linear(3, 4)


def main():
    torch.manual_seed(7)
    OUT.mkdir(parents=True, exist_ok=True)
    lstm = nn.LSTM(2, 3)
    state = lstm.state_dict()

    save("zip", state, state)
    save("legacy", state, state, legacy=True)
    save("protocol4", state, state, pickle_protocol=4)
    save("legacy_protocol4", state, state, legacy=True, pickle_protocol=4)
    for name, dtype in [("f64", torch.float64), ("f16", torch.float16), ("bf16", torch.bfloat16)]:
        cast = {k: v.to(dtype) for k, v in state.items()}
        save(name, cast, cast)
        save(name + "_legacy", cast, cast, legacy=True)

    # A training checkpoint: nested, with an optimiser that has state, numbers and strings.
    tagger = Tagger()
    optimiser = torch.optim.Adam(tagger.parameters())
    output, _ = tagger.encoder.lstm(torch.randn(4, 1, 2))
    tagger.head(output).sum().backward()
    optimiser.step()
    checkpoint = {
        "epoch": 5,
        "loss": 0.25,
        "best": None,
        "name": "tagger",
        "history": [1.0, 0.5, 0.25],
        "done": True,
        "big": 2**70,
        "state_dict": tagger.state_dict(),
        "optimizer": optimiser.state_dict(),
        "size": torch.Size([2, 3]),
        "dtype": torch.float32,
        "device": torch.device("cpu"),
    }
    truth = tagger.encoder.lstm.state_dict()
    save("nested", checkpoint, truth)
    save("nested_legacy", checkpoint, truth, legacy=True)
    save("prefix", tagger.state_dict(), truth)
    save("data_parallel", nn.DataParallel(tagger).state_dict(), truth)

    deep = nn.LSTM(2, 5, num_layers=2, bidirectional=True, proj_size=3)
    save("deep", deep.state_dict(), deep.state_dict())
    no_bias = nn.LSTM(2, 3, num_layers=2, bias=False)
    save("no_bias", no_bias.state_dict(), no_bias.state_dict())
    cell = nn.LSTMCell(2, 3).state_dict()
    save("cell", cell, {k + "_l0": v for k, v in cell.items()})

    save("parameters", dict(lstm.named_parameters()), state)
    save("parameters_legacy", dict(lstm.named_parameters()), state, legacy=True)
    tagged = {k: nn.Parameter(v.clone()) for k, v in state.items()}
    save("frozen", {k: v.requires_grad_(False) for k, v in tagged.items()}, state)

    # Views: transposed, with a step, into one flat storage (as cuDNN keeps them), and reversed use.
    strided = dict(state)
    strided["weight_ih_l0"] = state["weight_ih_l0"].t().contiguous().t()
    wide = torch.zeros(12, 6)
    wide[:, ::2] = state["weight_hh_l0"]
    strided["weight_hh_l0"] = wide[:, ::2]
    strided["bias_ih_l0"] = torch.cat([torch.zeros(5), state["bias_ih_l0"]])[5:]
    save("strided", strided, state)
    save("strided_legacy", strided, state, legacy=True)
    flat = torch.cat([v.flatten() for v in state.values()])
    views, at = {}, 0
    for k, v in state.items():
        views[k] = flat[at : at + v.numel()].view(v.shape)
        at += v.numel()
    save("shared", views, state)
    save("shared_legacy", views, state, legacy=True)
    tied = dict(state)
    tied["bias_hh_l0"] = tied["bias_ih_l0"]
    save("tied", tied, tied)
    expanded = dict(state)  # more elements than its storage holds: to be refused
    expanded["bias_hh_l0"] = torch.ones(1).expand(12)
    save("expanded", expanded)

    two = {"a": nn.LSTM(2, 3), "b": nn.LSTM(2, 4), "c": nn.GRU(2, 3)}
    save("several", nn.ModuleDict(two).state_dict(), two["b"].state_dict())

    save("gru", nn.GRU(2, 3).state_dict())
    save("rnn", nn.RNN(2, 3).state_dict())
    save("linear", nn.Linear(2, 3).state_dict())
    save("empty", {})
    save("tensor", torch.arange(6.0).view(2, 3), {"tensor": torch.arange(6.0).view(2, 3)})
    save("list", [torch.ones(2), (torch.zeros(1), 3)],
         {"0": torch.ones(2), "1.0": torch.zeros(1)})
    save("special", {"x": torch.tensor([np.nan, np.inf, -np.inf, -0.0, 1e-45, 3.4e38])},
         {"x": torch.tensor([np.nan, np.inf, -np.inf, -0.0, 1e-45, 3.4e38])})
    missing = dict(state)
    del missing["bias_hh_l0"]
    save("missing", missing)
    save("integers", {k: (v * 100).to(torch.int8) for k, v in state.items()})
    save("complex", {**state, "other.z": torch.zeros(2, dtype=torch.complex64)}, state)

    save("module", lstm)
    save("module_legacy", Plain(), legacy=True)
    torch.jit.script(Plain()).save(str(OUT / "torchscript.pt"))
    save("numpy", {**state, "best": np.float64(0.5)})
    qtensor = torch.quantize_per_tensor(state["weight_hh_l0"], 0.1, 0, torch.qint8)
    save("quantised_tensor", {**state, "weight_hh_l0": qtensor})
    quantised = torch.quantization.quantize_dynamic(nn.Sequential(lstm), {nn.LSTM})
    save("quantised_module", quantised)
    save("quantised_state", quantised.state_dict())
    linear = torch.quantization.quantize_dynamic(nn.Sequential(nn.Linear(2, 3)), {nn.Linear})
    save("quantised_linear", linear.state_dict())


def arrays():
    x = np.arange(6, dtype="<f4").reshape(2, 3) / 4
    np.save(OUT / "f4.npy", x)
    np.save(OUT / "f8.npy", x.astype("<f8"))
    np.save(OUT / "f2.npy", x.astype("<f2"))
    np.save(OUT / "big_endian.npy", x.astype(">f4"))
    np.save(OUT / "i8.npy", np.arange(6, dtype="<i8").reshape(2, 3))
    np.save(OUT / "fortran.npy", np.asfortranarray(x))
    np.save(OUT / "scalar.npy", np.float32(1.5))
    np.save(OUT / "vector.npy", x[0])
    np.save(OUT / "empty.npy", np.zeros((0, 3), "<f4"))
    np.save(OUT / "bool.npy", np.zeros(3, bool))
    np.save(OUT / "object.npy", np.array([{}], object), allow_pickle=True)
    np.save(OUT / "struct.npy", np.zeros(2, [("a", "<f4")]))
    for version in [(2, 0), (3, 0)]:
        with open(OUT / f"v{version[0]}.npy", "wb") as f:
            np.lib.format.write_array(f, x, version)
    np.savez(OUT / "archive.npz", x=x)


if __name__ == "__main__":
    main()
    arrays()

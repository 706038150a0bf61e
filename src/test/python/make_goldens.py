#!/usr/bin/env python3
"""Makes the golden test data: what PyTorch's nn.LSTM and nn.LSTMCell answer, as safetensors files.

Usage: make_goldens.py [DIRECTORY]     (default: src/test/resources/goldens of this repository)

Needs torch (Debian: python3-torch). README.md beside this file says what the files hold.

Inputs and parameters are float32 numbers drawn from a generator seeded with the case's name. The
truth (f64.*) is the same module evaluated in float64 on exactly those numbers; f32.* is what
libtorch itself answers in float32, so f32 - f64 is PyTorch's own rounding error on this case.
"""

import copy
import dataclasses
import json
import math
import pathlib
import struct
import sys
import zlib
from typing import Callable, Dict, List, Optional

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

DTYPES = {torch.float64: "F64", torch.int64: "I64", torch.float32: "F32"}


def write_safetensors(path, tensors: Dict[str, torch.Tensor], metadata: Dict[str, str]) -> int:
    """Writes one safetensors file; returns its size in bytes.

    Layout: 8 bytes header length (little endian), the JSON header padded with spaces to a multiple
    of 8, then the data without gaps. Wide types come first, so that every tensor is aligned.
    """
    ordered = sorted(tensors.items(), key=lambda item: -item[1].element_size())
    header = {"__metadata__": metadata}
    data = b""
    for name, tensor in ordered:
        array = tensor.detach().contiguous().numpy()
        raw = array.astype(array.dtype.newbyteorder("<")).tobytes()
        header[name] = {
            "dtype": DTYPES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    content = struct.pack("<Q", len(text)) + text + data
    pathlib.Path(path).write_bytes(content)
    return len(content)


@dataclasses.dataclass
class Case:
    """One golden: the constructor arguments of nn.LSTM, the shape of the input, and what is odd."""

    name: str
    input_size: int
    hidden_size: int
    steps: int  # T
    batch: int = 1  # B
    num_layers: int = 1
    bias: bool = True
    batch_first: bool = False
    dropout: float = 0.0
    bidirectional: bool = False
    proj_size: int = 0
    batched: bool = True
    state: bool = False  # with h0 and c0
    lengths: Optional[List[int]] = None  # packed; padding of x is NaN
    enforce_sorted: bool = True  # how it is packed
    cell: bool = False  # nn.LSTMCell, called once per time step
    weight_scale: float = 1.0
    input_scale: float = 1.0
    state_scale: float = 1.0
    poke: Optional[Callable[[torch.Tensor], None]] = None  # writes odd values into x [T, B, I]

    def metadata(self) -> Dict[str, str]:
        """The constructor arguments as safetensors metadata: strings, true/false in lower case."""
        values = {
            "module": "LSTMCell" if self.cell else "LSTM",
            "input_size": self.input_size,
            "hidden_size": self.hidden_size,
            "num_layers": self.num_layers,
            "bias": self.bias,
            "batch_first": self.batch_first,
            "dropout": self.dropout,
            "bidirectional": self.bidirectional,
            "proj_size": self.proj_size,
            "batched": self.batched,
            "packed": self.lengths is not None,
            "enforce_sorted": self.enforce_sorted,
        }
        return {key: str(value).lower() if isinstance(value, bool) else str(value)
                for key, value in values.items()}


def value_at(t: int, b: int, k: int, value: float) -> Callable[[torch.Tensor], None]:
    """Returns a poke that writes one element of x."""

    def poke(x: torch.Tensor) -> None:
        x[t, b, k] = value

    return poke


CASES = [
    # Sizes around the widths of vector registers.
    Case("width_i1_h1", 1, 1, 1, 1),
    Case("width_i3_h3", 3, 3, 2, 2),
    Case("width_i5_h4", 5, 4, 5, 3),
    Case("width_i4_h5", 4, 5, 37, 1),
    Case("width_i8_h7", 8, 7, 5, 8),
    Case("width_i7_h8", 7, 8, 2, 17),
    Case("width_i16_h9", 16, 9, 5, 3),
    Case("width_i9_h15", 9, 15, 37, 2),
    Case("width_i15_h16", 15, 16, 5, 17),
    Case("width_i17_h17", 17, 17, 1, 8),
    Case("width_i33_h31", 33, 31, 5, 3),
    Case("width_i31_h33", 31, 33, 5, 2),
    Case("width_i61_h61", 61, 61, 5, 3),
    # The constructor's arguments.
    Case("layers2", 5, 7, 5, 3, num_layers=2),
    Case("layers3_state", 4, 9, 5, 2, num_layers=3, state=True),
    Case("bidirectional", 5, 8, 5, 3, bidirectional=True),
    Case("bidirectional_one_step", 3, 5, 1, 2, bidirectional=True, state=True),
    Case("bidirectional_layers2_state", 3, 5, 37, 2, num_layers=2, bidirectional=True, state=True),
    Case("bidirectional_layers3", 7, 4, 5, 8, num_layers=3, bidirectional=True),
    Case("proj", 5, 9, 5, 3, proj_size=4),
    Case("proj_to_one", 3, 8, 5, 2, proj_size=1, state=True),
    Case("proj_layers3", 9, 16, 5, 2, num_layers=3, proj_size=15),
    Case("proj_bidirectional_layers2_state", 4, 7, 5, 3, num_layers=2, bidirectional=True,
         proj_size=3, state=True),
    Case("no_bias", 5, 7, 5, 3, bias=False),
    Case("no_bias_proj_bidirectional_layers2", 3, 9, 5, 2, num_layers=2, bias=False,
         bidirectional=True, proj_size=5),
    Case("batch_first", 5, 8, 5, 3, batch_first=True),
    Case("batch_first_bidirectional_state", 3, 7, 5, 2, batch_first=True, bidirectional=True,
         state=True),
    Case("unbatched", 5, 7, 5, batched=False),
    Case("unbatched_batch_first", 4, 8, 5, batched=False, batch_first=True, state=True),
    Case("unbatched_proj_bidirectional_layers2_state", 3, 9, 5, num_layers=2, bidirectional=True,
         proj_size=4, batched=False, state=True),
    Case("state", 4, 9, 2, 17, state=True),
    Case("dropout_layers3", 5, 8, 5, 3, num_layers=3, dropout=0.5),
    # Variable lengths. The padding of x is NaN, that of the output is zero.
    Case("packed_sorted", 4, 7, 5, 3, lengths=[5, 3, 1]),
    Case("packed_unsorted", 5, 8, 5, 3, lengths=[2, 5, 3], enforce_sorted=False),
    Case("packed_equal_lengths", 3, 5, 5, 2, lengths=[5, 5]),
    Case("packed_all_ones", 3, 5, 2, 3, lengths=[1, 1, 1], state=True, bidirectional=True),
    Case("packed_single_sequence", 3, 4, 5, 1, lengths=[3], bidirectional=True),
    Case("packed_shorter_than_input", 3, 9, 5, 3, lengths=[1, 4, 2], enforce_sorted=False,
         num_layers=2),
    Case("packed_sorted_bidirectional_layers2_state", 4, 5, 5, 8, num_layers=2,
         bidirectional=True, state=True, lengths=[5, 5, 4, 3, 3, 3, 2, 1]),
    Case("packed_unsorted_b17", 3, 15, 37, 17, state=True, enforce_sorted=False,
         lengths=[3, 37, 1, 12, 12, 36, 2, 9, 1, 20, 5, 37, 8, 8, 30, 16, 4]),
    Case("packed_unsorted_proj_bidirectional_layers2_batch_first_state", 5, 9, 5, 3, num_layers=2,
         batch_first=True, bidirectional=True, proj_size=4, state=True, lengths=[3, 1, 5],
         enforce_sorted=False),
    # Extreme numbers.
    Case("saturated", 5, 9, 5, 3, weight_scale=50, input_scale=100),
    Case("saturated_bidirectional_layers2_state", 3, 8, 5, 2, num_layers=2, bidirectional=True,
         state=True, weight_scale=50, input_scale=100),
    Case("denormal_input", 5, 9, 5, 3, bias=False, input_scale=1e-40),
    Case("denormal_weights", 5, 7, 5, 3, weight_scale=1e-39),
    Case("denormal_state", 3, 8, 5, 2, bias=False, state=True, input_scale=1e-40,
         state_scale=1e-40),
    Case("tiny_weights", 4, 9, 5, 2, num_layers=2, weight_scale=1e-20),
    Case("large_state", 4, 9, 5, 2, state=True, state_scale=1000),
    Case("zero_input", 4, 9, 5, 3, input_scale=0),
    Case("zero_weights", 4, 9, 5, 3, weight_scale=0, state=True),
    Case("long", 4, 8, 1000, 1),
    Case("nan_in_one_row", 4, 9, 5, 3, poke=value_at(2, 1, 3, math.nan)),
    Case("inf_in_one_row", 4, 9, 5, 3, poke=value_at(1, 2, 0, math.inf)),
    # nn.LSTMCell, step by step.
    Case("cell", 5, 7, 5, 3, cell=True),
    Case("cell_state", 8, 17, 5, 2, cell=True, state=True),
    Case("cell_no_bias", 3, 4, 37, 1, cell=True, bias=False, state=True),
]


def draw(case: Case):
    """Draws the module and its inputs: (module, x, h0, c0), float32; no state is (None, None)."""
    torch.manual_seed(zlib.crc32(case.name.encode()))
    if case.cell:
        module = torch.nn.LSTMCell(case.input_size, case.hidden_size, bias=case.bias)
    else:
        module = torch.nn.LSTM(
            case.input_size, case.hidden_size, num_layers=case.num_layers, bias=case.bias,
            batch_first=case.batch_first, dropout=case.dropout, bidirectional=case.bidirectional,
            proj_size=case.proj_size)
    module.eval()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.mul_(case.weight_scale)

    x = torch.randn(case.steps, case.batch, case.input_size) * case.input_scale
    if case.poke:
        case.poke(x)
    for b, length in enumerate(case.lengths or []):
        x[length:, b] = math.nan
    h0 = c0 = None
    if case.state:
        rows = case.num_layers * (2 if case.bidirectional else 1)
        h0 = torch.rand(rows, case.batch, case.proj_size or case.hidden_size) * 2 - 1
        c0 = torch.randn(rows, case.batch, case.hidden_size)
        h0, c0 = h0 * case.state_scale, c0 * case.state_scale
    if not case.batched:
        x = x.squeeze(1)
        h0, c0 = (None, None) if h0 is None else (h0.squeeze(1), c0.squeeze(1))
    elif case.batch_first:
        x = x.transpose(0, 1).contiguous()
    return module, x, h0, c0


def run_lstm(case: Case, module, x, state):
    """Runs nn.LSTM: padded in, padded out, packed in between if the case has lengths."""
    if case.lengths is None:
        output, (hn, cn) = module(x, state)
    else:
        packed = pack_padded_sequence(
            x, torch.tensor(case.lengths), case.batch_first, case.enforce_sorted)
        output, (hn, cn) = module(packed, state)
        output, _ = pad_packed_sequence(output, case.batch_first, total_length=case.steps)
    return {"output": output, "hn": hn, "cn": cn}


def run_cell(module, x, state):
    """Runs nn.LSTMCell over x [T, B, I]: h of all steps is the output, c of all steps the cell."""
    outputs, cells = [], []
    state = None if state is None else (state[0][0], state[1][0])
    for step in x:
        state = module(step, state)
        outputs.append(state[0])
        cells.append(state[1])
    return {"output": torch.stack(outputs), "cell": torch.stack(cells),
            "hn": state[0].unsqueeze(0), "cn": state[1].unsqueeze(0)}


def run(case: Case, module, x, h0, c0, dtype) -> Dict[str, torch.Tensor]:
    """Evaluates a case in float32 or float64."""
    module = copy.deepcopy(module).to(dtype)
    x = x.to(dtype)
    state = None if h0 is None else (h0.to(dtype), c0.to(dtype))
    with torch.no_grad():
        return run_cell(module, x, state) if case.cell else run_lstm(case, module, x, state)


def relative_error(actual: torch.Tensor, truth: torch.Tensor) -> float:
    """The largest |actual - truth| over the largest |truth|; NaN must stand where NaN stands."""
    assert torch.equal(actual.isnan(), truth.isnan())
    worst = (actual.double() - truth).nan_to_num(0).abs().max().item()
    scale = truth.nan_to_num(0).abs().max().item()
    return worst / scale if scale else worst


def make(case: Case, directory: pathlib.Path):
    """Writes one golden; returns (bytes, PyTorch's own worst relative float32 error)."""
    module, x, h0, c0 = draw(case)
    # LSTMCell's weight_ih is kept under the name nn.LSTM gives the same matrix, weight_ih_l0.
    suffix = "_l0" if case.cell else ""
    tensors = {f"param.{name}{suffix}": p for name, p in module.state_dict().items()}
    tensors["x"] = x
    if h0 is not None:
        tensors["h0"], tensors["c0"] = h0, c0
    if case.lengths is not None:
        tensors["lengths"] = torch.tensor(case.lengths)
    truth = run(case, module, x, h0, c0, torch.float64)
    answer = run(case, module, x, h0, c0, torch.float32)
    for name in truth:
        tensors["f64." + name] = truth[name]
        tensors["f32." + name] = answer[name]
    size = write_safetensors(directory / f"{case.name}.safetensors", tensors, case.metadata())
    return size, max(relative_error(answer[name], truth[name]) for name in truth)


def main() -> None:
    default = pathlib.Path(__file__).resolve().parents[1] / "resources" / "goldens"
    directory = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    directory.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    total = 0
    for case in CASES:
        size, error = make(case, directory)
        total += size
        print(f"{case.name:64} {size:8} bytes   f32 error {error:8.2e}")
    (directory / "index.txt").write_text("".join(f"{case.name}\n" for case in CASES))
    print(f"{len(CASES)} goldens, {total} bytes, in {directory}")


if __name__ == "__main__":
    main()

"""The demo's language model is real in every part and always the same."""

from __future__ import annotations

from pathlib import Path

from gguf import GGUFReader

from hack.demo.model import LAYERS, WIDTH, write_model


def test_the_model_is_the_same_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "first.gguf", tmp_path / "second.gguf"
    write_model(first)
    write_model(second)
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size < 2**20


def test_a_reader_finds_every_tensor_of_the_architecture(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    write_model(path)
    tensors = {tensor.name: tensor.shape.tolist() for tensor in GGUFReader(path).tensors}
    assert tensors["token_embd.weight"][0] == WIDTH
    assert len(tensors) == 3 + 9 * LAYERS

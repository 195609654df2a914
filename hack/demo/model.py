"""A language model small enough to make on the spot: real in every part, except that it knows nothing.

The demo and the tests run without a model registry, so they give Ollama a two-layer Llama with random weights, 0.5 MB.
Its answers are noise; what is shown is that the whole path to an answer works.
"""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep

import gguf
import numpy as np

from hack.demo.steps import Cluster, StepError

WIDTH, LAYERS, HEADS, HIDDEN, CONTEXT = 64, 2, 4, 128, 512
WORDS = [
    "the",
    "a",
    "of",
    "and",
    "to",
    "in",
    "is",
    "it",
    "you",
    "that",
    "he",
    "was",
    "for",
    "on",
    "are",
    "with",
    "as",
    "I",
    "his",
    "they",
]
ALONE = {"num_thread": 1}
"""Two layers are less work than waiting for another thread, above all on a busy machine."""

UNKNOWN, CONTROL, NORMAL, BYTE = 2, 3, 1, 6  # token types of the GGUF specification


def write_model(path: Path) -> None:
    """Write the model as GGUF (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md); always the same bytes."""
    words = [f"\u2581{word}" for word in WORDS] + list("abcdefghijklmnopqrstuvwxyz\u2581")
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *words]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token.encode() for token in tokens])
    writer.add_token_types([UNKNOWN, CONTROL, CONTROL, *[BYTE] * 256, *[NORMAL] * len(words)])
    writer.add_token_scores([0.0] * 259 + [-float(rank) for rank in range(len(words))])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    add_weights(writer, len(tokens))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_weights(writer: gguf.GGUFWriter, vocabulary: int) -> None:
    """Add every tensor of the architecture, with small random weights."""
    random = np.random.default_rng(0)

    def add(name: str, *shape: int) -> None:
        writer.add_tensor(f"{name}.weight", (random.standard_normal(shape) * 0.05).astype(np.float32))

    add("token_embd", vocabulary, WIDTH)
    add("output", vocabulary, WIDTH)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    for layer in range(LAYERS):
        for norm in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{norm}.weight", np.ones(WIDTH, np.float32))
        for projection in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"blk.{layer}.{projection}", WIDTH, WIDTH)
        add(f"blk.{layer}.ffn_gate", HIDDEN, WIDTH)
        add(f"blk.{layer}.ffn_up", HIDDEN, WIDTH)
        add(f"blk.{layer}.ffn_down", WIDTH, HIDDEN)


def ensure_model(cluster: Cluster, namespace: str, name: str) -> None:
    """Make the Ollama of an install know the model ``name``, unless it does already."""
    with forward(cluster, namespace, "deployment/ollama", 11434) as port:
        give_model(port, name)


def give_model(port: int, name: str) -> None:
    """Make the Ollama at ``port`` of loopback know the model ``name``, unless it does already."""
    listed = json.loads(request(port, "GET", "/api/tags"))
    if any(model["name"].partition(":")[0] == name for model in listed.get("models") or ()):
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.gguf"
        write_model(path)
        content = path.read_bytes()
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    request(port, "POST", f"/api/blobs/{digest}", content)
    wanted = {"model": name, "files": {f"{name}.gguf": digest}, "parameters": ALONE, "stream": False}
    answer = json.loads(request(port, "POST", "/api/create", json.dumps(wanted).encode()))
    if answer.get("status") != "success":
        raise StepError(f"Ollama did not take the model {name}: {answer}")


@contextmanager
def forward(cluster: Cluster, namespace: str, target: str, port: int) -> Iterator[int]:
    """Forward a free loopback port to a pod for the time of the block; yields the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        local: int = free.getsockname()[1]
    command = ["kubectl", "-n", namespace, "port-forward", target, f"{local}:{port}"]
    process = subprocess.Popen(command, env=cluster.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        deadline = monotonic() + 20
        while not listens(local):
            if process.poll() is not None or monotonic() > deadline:
                process.kill()
                said = process.stderr.read().decode().strip() if process.stderr else ""
                raise StepError(f"'{' '.join(command)}' did not come up: {said}")
            sleep(0.1)
        yield local
    finally:
        process.terminate()
        process.wait()
        if process.stderr:
            process.stderr.close()


def listens(port: int) -> bool:
    """Whether something on loopback takes connections at ``port``."""
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


def request(port: int, method: str, path: str, body: bytes | None = None) -> bytes:
    """One HTTP request to loopback; raises :class:`StepError` for any answer of 400 and up, or none."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body)
        response = connection.getresponse()
        text = response.read()
    except (OSError, HTTPException) as error:
        raise StepError(f"{method} {path} was not answered: {error!r}") from error
    finally:
        connection.close()
    if response.status >= 400:
        raise StepError(f"{method} {path} was answered {response.status}: {text.decode(errors='replace')[:300]}")
    return text

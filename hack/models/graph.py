"""TFLite models as object trees, read from and packed into flatbuffers by the schema classes that MediaPipe ships."""

from typing import Any

import flatbuffers
import numpy as np
from mediapipe.tasks.metadata import schema_py_generated as schema

FILE_IDENTIFIER = b"TFL3"
# Room for what is added, so that the builder seldom has to double its buffer.
HEADROOM = 65536


def load_model(flatbuffer: bytes) -> Any:
    """The `ModelT` of a serialised model."""
    return schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(flatbuffer, 0))


def dump_model(model: Any, size_hint: int) -> bytes:
    """The serialised form of a `ModelT`; `size_hint` in bytes."""
    builder = flatbuffers.Builder(size_hint + HEADROOM)
    builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())


def text(value: bytes | str) -> str:
    """A name of the model; flatbuffers hands strings out undecoded."""
    return value.decode() if isinstance(value, bytes) else value


def add_buffer(model: Any, data: bytes | None) -> int:
    """Appends a buffer, None for one that is filled at run time, and gives its index."""
    buffer = schema.BufferT()
    buffer.data = None if data is None else np.frombuffer(data, np.uint8)
    model.buffers.append(buffer)
    return len(model.buffers) - 1


def add_tensor(model: Any, name: str, shape: list[int], element_type: int, data: bytes | None = None) -> int:
    """Appends a tensor to the first subgraph and gives its index; with `data` it is a constant."""
    tensor = schema.TensorT()
    tensor.name = name
    tensor.shape = np.array(shape, np.int32)
    tensor.type = element_type
    tensor.buffer = add_buffer(model, data)
    tensors = model.subgraphs[0].tensors
    tensors.append(tensor)
    return len(tensors) - 1


def add_operator(model: Any, builtin: int, inputs: list[int], output: int, options_type: int, options: Any) -> None:
    """Appends a version 1 builtin operator to the first subgraph; inputs and output are tensor indices."""
    code = schema.OperatorCodeT()
    # Readers take the larger of the two fields (schema.fbs, table OperatorCode).
    code.builtinCode = code.deprecatedBuiltinCode = builtin
    code.version = 1
    model.operatorCodes.append(code)
    operator = schema.OperatorT()
    operator.opcodeIndex = len(model.operatorCodes) - 1
    operator.inputs = np.array(inputs, np.int32)
    operator.outputs = np.array([output], np.int32)
    operator.builtinOptionsType, operator.builtinOptions = options_type, options
    model.subgraphs[0].operators.append(operator)

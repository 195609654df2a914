"""TFLite metadata: how a Tasks landmarker is to normalise the image before it feeds the model.

The models of the older MediaPipe graphs lack it, and the Tasks API refuses a model without. Source:
metadata_schema.fbs of TFLite Support.
"""

from typing import Any

import flatbuffers
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata_schema
from mediapipe.tasks.metadata import schema_py_generated as schema

from hack.models.graph import add_buffer, dump_model, load_model, text

ENTRY = "TFLITE_METADATA"
FILE_IDENTIFIER = b"M001"
MIN_PARSER_VERSION = "1.0.0"
PIXEL_RANGE = 255.0


def describe_tensor(name: str, content_type: int, content: Any) -> Any:
    """A `TensorMetadataT` with its kind of content and empty statistics."""
    tensor = metadata_schema.TensorMetadataT()
    tensor.name = name
    tensor.content = metadata_schema.ContentT()
    tensor.content.contentPropertiesType, tensor.content.contentProperties = content_type, content
    tensor.stats = metadata_schema.StatsT()
    return tensor


def describe_image() -> Any:
    """An RGB input whose bytes 0 to 255 are scaled to 0 to 1."""
    image = metadata_schema.ImagePropertiesT()
    image.colorSpace = metadata_schema.ColorSpaceType.RGB
    tensor = describe_tensor("image", metadata_schema.ContentProperties.ImageProperties, image)
    normalization = metadata_schema.NormalizationOptionsT()
    normalization.mean, normalization.std = [0.0], [PIXEL_RANGE]
    unit = metadata_schema.ProcessUnitT()
    unit.optionsType, unit.options = metadata_schema.ProcessUnitOptions.NormalizationOptions, normalization
    tensor.processUnits = [unit]
    tensor.stats.min, tensor.stats.max = [0.0], [1.0]
    return tensor


def describe_feature(name: str) -> Any:
    """An output of plain numbers."""
    feature = metadata_schema.FeaturePropertiesT()
    return describe_tensor(name, metadata_schema.ContentProperties.FeatureProperties, feature)


def render_metadata(title: str, outputs: list[str]) -> bytes:
    """The metadata flatbuffer of a model with one image input and the named outputs."""
    subgraph = metadata_schema.SubGraphMetadataT()
    subgraph.inputTensorMetadata = [describe_image()]
    subgraph.outputTensorMetadata = [describe_feature(output) for output in outputs]
    metadata = metadata_schema.ModelMetadataT()
    metadata.name, metadata.subgraphMetadata, metadata.minParserVersion = title, [subgraph], MIN_PARSER_VERSION
    builder = flatbuffers.Builder(0)
    builder.Finish(metadata.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())


def add_metadata(flatbuffer: bytes, title: str) -> bytes:
    """The model with metadata for an RGB image input; metadata it had is replaced."""
    model = load_model(flatbuffer)
    subgraph = model.subgraphs[0]
    outputs = [text(subgraph.tensors[index].name) for index in subgraph.outputs]
    entry = schema.MetadataT()
    entry.name, entry.buffer = ENTRY, add_buffer(model, render_metadata(title, outputs))
    model.metadata = [*(kept for kept in model.metadata or [] if text(kept.name) != ENTRY), entry]
    return dump_model(model, len(flatbuffer))

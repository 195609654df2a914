"""The face model as the Tasks API wants it: one tensor of 478 points where the older graph gives seven.

The attention mesh of the 0.10.21 wheel has separate outputs for the mesh (468 points of x, y, z) and each iris (5
points of x, y), in pixels of its 192 x 192 input. FaceLandmarker reads one [1, 1, 1, 1434] tensor: the mesh, then the
left and the right iris, each point as x, y, z.
"""

import numpy as np
from mediapipe.tasks.metadata import schema_py_generated as schema

from hack.models.graph import add_operator, add_tensor, dump_model, load_model, text

MESH_POINTS, IRIS_POINTS = 468, 5
MESH_OUTPUT, LEFT_IRIS_OUTPUT, RIGHT_IRIS_OUTPUT, PRESENCE_OUTPUT = (
    "output_mesh_identity",
    "output_left_iris",
    "output_right_iris",
    "conv_faceflag",
)
# The mesh points on the upper lids. An iris has no depth of its own: that of the lid it moves under is near enough.
LEFT_LID, RIGHT_LID = 159, 386
LAST_AXIS = 3


def gather_indices() -> list[int]:
    """Where each number of the 478 points lies in mesh, left iris and right iris laid end to end."""
    mesh = MESH_POINTS * 3
    indices = list(range(mesh))
    for first, lid in ((mesh, LEFT_LID), (mesh + IRIS_POINTS * 2, RIGHT_LID)):
        for x in range(first, first + IRIS_POINTS * 2, 2):
            indices += [x, x + 1, lid * 3 + 2]
    return indices


def join_irises(flatbuffer: bytes) -> bytes:
    """The attention mesh with a CONCATENATION and a GATHER appended, giving the 478 points and the face's presence."""
    model = load_model(flatbuffer)
    graph = model.subgraphs[0]
    outputs = {text(graph.tensors[index].name): int(index) for index in graph.outputs}
    joined = add_tensor(model, "all", [1, 1, 1, (MESH_POINTS * 3) + 2 * (IRIS_POINTS * 2)], schema.TensorType.FLOAT32)
    concatenation = schema.ConcatenationOptionsT()
    concatenation.axis, concatenation.fusedActivationFunction = LAST_AXIS, schema.ActivationFunctionType.NONE
    parts = [outputs[name] for name in (MESH_OUTPUT, LEFT_IRIS_OUTPUT, RIGHT_IRIS_OUTPUT)]
    options = schema.BuiltinOptions
    add_operator(
        model, schema.BuiltinOperator.CONCATENATION, parts, joined, options.ConcatenationOptions, concatenation
    )
    order = gather_indices()
    indices = add_tensor(model, "idx", [len(order)], schema.TensorType.INT32, np.array(order, np.int32).tobytes())
    landmarks = add_tensor(model, "landmarks_478", [1, 1, 1, len(order)], schema.TensorType.FLOAT32)
    gather = schema.GatherOptionsT()
    gather.axis, gather.batchDims = LAST_AXIS, 0
    add_operator(model, schema.BuiltinOperator.GATHER, [joined, indices], landmarks, options.GatherOptions, gather)
    graph.outputs = np.array([landmarks, outputs[PRESENCE_OUTPUT]], np.int32)
    # Signatures name the outputs that are gone.
    model.signatureDefs = None
    return dump_model(model, len(flatbuffer))

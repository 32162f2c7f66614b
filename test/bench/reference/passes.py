"""One pass of the Python reference on one model file; prints what it took as JSON. Arguments: task, model, output."""
import json
import logging
import resource
import sys
import time

import onnx
from onnxconverter_common import float16
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

logging.disable(logging.WARNING)
task, model_path, output = sys.argv[1:]


def half():
    onnx.save(float16.convert_float_to_float16(onnx.load(model_path), keep_io_types=True), output)


def weights_by_channel():
    quantize_dynamic(
        model_path, output, op_types_to_quantize=["Conv"], per_channel=True, weight_type=QuantType.QUInt8
    )


def four_bits():
    config = DefaultWeightOnlyQuantConfig(block_size=32, is_symmetric=True, accuracy_level=4)
    quantizer = MatMulNBitsQuantizer(onnx.load(model_path), algo_config=config)
    quantizer.process()
    quantizer.model.save_model_to_file(output)


began = time.perf_counter()
{"fp16": half, "int8": weights_by_channel, "nbits": four_bits}[task]()
whole_ms = (time.perf_counter() - began) * 1000
peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"wholeMs": whole_ms, "peakBytes": peak_bytes}))

/** What stands in the way of installing CUDA for ONNX Runtime, and how far it is. */
export const cudaPhrases = {
  cudaTask: 'Installing CUDA for ONNX Runtime',
  cudaOnlyLinux:
    'ONNX Runtime for Node has CUDA only on Linux x64, and this is {platform} {architecture}: use webgpu for the GPU here.',
  unpacking: 'Unpacking',
  installationCancelled: 'The installation was cancelled; nothing of it is in use.',
  packageLacks: 'The package has no {name}; update Crivo and try again.',
  hostUnreachable: "{host} can't be reached: check the network and try again.",
  noSuchPackage: '{host} has no such package (it answered {status}): update Crivo and try again.',
  packageUnexpected: "The package's description is not as expected ({what}): update Crivo and try again.",
  archiveDamaged: '{path} is no ZIP archive that can be read; try again, which fetches it anew.',
  downloadCancelled: 'The download was cancelled; the next one goes on from here.',
  hostUnreadable: '{host} could not be read ({why}): check the network and try again, which goes on from here.',
  downloadDiffers: 'What {host} sent is not what it promised (its SHA-512 differs) and was thrown away: try again.',
  answeredStatus: 'it answered {status}',
  endedAfter: 'it ended after {size}',
  cudaNeeds: 'CUDA 12 and cuDNN 9 of NVIDIA, and for tensorrt its TensorRT 10',
} as const;

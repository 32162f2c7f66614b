import { expect, test } from 'vitest';
import { parseVulkanSummary } from '../../../main/engine/hardware/vulkan.ts';

const summary = `WARNING: [Loader Message] Code 0 : terminator_CreateInstance: Received return code -3 from call to vkCreateInstance in ICD libvulkan_virtio.so. Skipping this driver.
==========
VULKANINFO
==========

Vulkan Instance Version: 1.3.275


Instance Extensions: count = 24
-------------------------------
VK_EXT_acquire_drm_display             : extension revision 1
VK_KHR_surface                         : extension revision 25

Instance Layers: count = 2
--------------------------
VK_LAYER_MESA_device_select Linux device selection layer 1.3.211  version 1
VK_LAYER_NV_optimus         NVIDIA Optimus layer         1.3.274  version 1

Devices:
========
GPU0:
	apiVersion         = 1.3.274
	driverVersion      = 24.0.5
	vendorID           = 0x8086
	deviceID           = 0xa780
	deviceType         = PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU
	deviceName         = Intel(R) UHD Graphics 770 (RPL-S)
	driverID           = DRIVER_ID_INTEL_OPEN_SOURCE_MESA
	driverName         = Intel open-source Mesa driver
	driverInfo         = Mesa 24.0.5-1ubuntu1
	conformanceVersion = 1.3.6.0
	deviceUUID         = 868080a7-0400-0000-0002-000000000000
GPU1:
	apiVersion         = 1.3.274
	driverVersion      = 550.54.14.0
	vendorID           = 0x10de
	deviceID           = 0x2684
	deviceType         = PHYSICAL_DEVICE_TYPE_DISCRETE_GPU
	deviceName         = NVIDIA GeForce RTX 4090
	driverID           = DRIVER_ID_NVIDIA_PROPRIETARY
	driverName         = NVIDIA
	driverInfo         = 550.54.14
GPU2:
	apiVersion         = 1.3.274
	driverVersion      = 0.0.1
	vendorID           = 0x10005
	deviceID           = 0x0000
	deviceType         = PHYSICAL_DEVICE_TYPE_CPU
	deviceName         = llvmpipe (LLVM 17.0.6, 256 bits)
	driverID           = DRIVER_ID_MESA_LLVMPIPE
	driverName         = llvmpipe
	driverInfo         = Mesa 24.0.5-1ubuntu1 (LLVM 17.0.6)
`;

test('reads each device, with its type and driver, and marks the software one', () => {
  const devices = parseVulkanSummary(summary);
  expect(devices.map(({ name, software, facts }) => [name, software, facts['type']])).toEqual([
    ['Intel(R) UHD Graphics 770 (RPL-S)', false, 'integrated'],
    ['NVIDIA GeForce RTX 4090', false, 'discrete'],
    ['llvmpipe (LLVM 17.0.6, 256 bits)', true, 'software'],
  ]);
  expect(devices[1]).toMatchObject({
    vendorId: '10de',
    deviceId: '2684',
    vendor: 'NVIDIA',
    driver: 'NVIDIA 550.54.14',
    pciAddress: null,
    memoryBytes: null,
  });
  expect(devices[2]).toMatchObject({ vendor: 'Mesa', vendorId: '10005' });
});

test('an older form of the output: bracketed numbers, the VK_ prefix and no driver name', () => {
  const [device] = parseVulkanSummary(`Devices:
========
GPU0:
	apiVersion         = 4194459 (1.0.155)
	driverVersion      = 1 (0x0001)
	vendorID           = 0x1ae0
	deviceID           = 0xc0de
	deviceType         = VK_PHYSICAL_DEVICE_TYPE_OTHER
	deviceName         = SwiftShader Device (Subzero)
`);
  expect(device).toMatchObject({
    name: 'SwiftShader Device (Subzero)',
    software: true,
    driver: null,
    vendor: 'Google',
  });
});

test('no devices, no findings', () => {
  expect(
    parseVulkanSummary(
      'ERROR: [Loader Message] Code 0 : vkCreateInstance: Found no drivers!\nCannot create Vulkan instance.',
    ),
  ).toEqual([]);
  expect(parseVulkanSummary('Devices:\n========\nGPU0:\n')).toEqual([]);
});

import type { providerPhrases as english } from '../../../../shared/phrases/providers.ts';
import type { Translations } from '../../engine-phrases.ts';

export const providerPhrases: Pick<Translations, keyof typeof english> = {
  proved: ({ nodes, all, provider, ms }) =>
    `Um modelo de teste executou, ${nodes} de ${all} nós em ${provider}, em ${ms} ms com seu processo.`,
  ranOnCpu: ({ all }) => `Uma sessão abriu, mas o ONNX Runtime executou todos os ${all} nós do modelo de teste na CPU.`,
  ranElsewhere: () => 'O ONNX Runtime executou todos os nós do modelo de teste em outro lugar.',
  computesWrong: ({ found, right }) => `Calcula resultados errados: ${found} em vez de ${right}.`,
  updateDeviceDriver: () => 'Atualize o driver do dispositivo; até lá, use o provedor cpu.',
  directMlElsewhere: ({ system }) => `O DirectML só existe no Windows, e este sistema é ${system}.`,
  coreMlElsewhere: ({ system }) => `O Core ML só existe no macOS, e este sistema é ${system}.`,
  cudaElsewhere: ({ provider, system }) =>
    `O ONNX Runtime para Node só tem ${provider} no Linux x64, e este sistema é ${system}.`,
  notInThisBuild: ({ system, provider }) => `Esta compilação do ONNX Runtime para ${system} não tem ${provider}.`,
  neverBuilt: ({ provider }) => `O ONNX Runtime para Node não é compilado com ${provider}.`,
  useWebgpu: () => 'Use webgpu para uma GPU aqui.',
  useWebgpuOrCpu: () => 'Use webgpu para uma GPU aqui, ou cpu.',
  useDml: () => 'Use dml ou webgpu para a GPU aqui.',
  useCpuOrWebgpu: () => 'Use cpu ou webgpu.',
  useCpuOrWebgpuForGpu: () => 'Use cpu, ou webgpu para uma GPU.',
  insteadOfOpenvino: () => 'Use cpu para processadores Intel e webgpu para GPUs Intel.',
  insteadOfRocm: () => 'Use webgpu para GPUs AMD.',
  insteadOfQnn: () => 'Use cpu, ou webgpu para a GPU Adreno.',
  insteadOfXnnpack: () => 'Use cpu, cujos kernels são igualmente rápidos nesta plataforma.',
  insteadOfCuda: () => 'Use webgpu para outras GPUs, ou cpu.',
  installForPlatform: () => 'Instale de novo o Crivo para esta plataforma (no código-fonte: "npm ci").',
  installAgain: () => 'Instale o Crivo de novo; no código-fonte, "npm ci" com Node.js 22.12 ou mais novo.',
  directMlFailed: ({ detail }) => `O DirectML não conseguiu executar um modelo: ${detail}`,
  cpuFailed: ({ detail }) => `O ONNX Runtime não conseguiu executar um modelo: ${detail}`,
  testFailedOn: ({ gpu, detail }) => `Um modelo de teste não conseguiu executar em ${gpu}: ${detail}`,
  testFailed: ({ detail }) => `Um modelo de teste não conseguiu executar: ${detail}`,
  updateWindows: () => 'Atualize o driver de vídeo e o Windows; até lá, use cpu ou webgpu.',
  updateNvidia: () => 'Atualize o driver da NVIDIA (o CUDA 12 precisa do 525 ou mais novo).',
  updateGraphics: () => 'Atualize o driver de vídeo; até lá, use cpu.',
  noNvidia: ({ provider }) => `Nenhuma GPU da NVIDIA foi encontrada nesta máquina, e ${provider} precisa de uma.`,
  cudaNotInstalled: ({ gpu }) => `As bibliotecas CUDA do ONNX Runtime não estão instaladas (há uma ${gpu}).`,
  installCuda: () => 'Instale-as na página Dispositivos, ou com "crivo doctor --install cuda".',
  libraryMissing: ({ library, provider }) => `Não foi encontrada a ${library}, de que ${provider} precisa.`,
  installTensorRt: () => 'Instale o TensorRT 10 da NVIDIA e acrescente sua pasta a LD_LIBRARY_PATH; até lá, use cuda.',
  installCudaLibraries: () =>
    'Instale as bibliotecas CUDA 12 e cuDNN 9 da NVIDIA e acrescente suas pastas a LD_LIBRARY_PATH.',
  noDirect3d: () => 'Nenhum adaptador Direct3D 12 foi encontrado.',
  installGpuDriver: () => 'Instale o driver do fabricante da GPU; até lá, use cpu.',
  noMetal: () => 'Nenhum dispositivo Metal foi encontrado.',
  useCpuWithoutMetal: () => 'Use cpu; uma máquina virtual muitas vezes não tem dispositivo Metal.',
  noGpu: () => 'Nenhuma GPU foi encontrada: aqui webgpu usa o Vulkan, e o Vulkan não tem adaptador.',
  installVulkan: () =>
    'Use cpu; se a máquina tem uma GPU, instale seu driver Vulkan (Debian, Ubuntu: mesa-vulkan-drivers; NVIDIA: o driver próprio) e a libvulkan1.',
  noAdapter: ({ gpus }) => `O Vulkan não tem adaptador para ${gpus}, e aqui webgpu usa o Vulkan.`,
  installNvidiaVulkan: () => 'Instale o driver da própria NVIDIA e o pacote libvulkan1 (Fedora: vulkan-loader).',
  installMesa: () =>
    'Instale os pacotes mesa-vulkan-drivers e libvulkan1 (Fedora: vulkan-loader), e ponha seu usuário nos grupos "render" e "video".',
  noGpuNamed: () => 'Nenhuma fonte aponta uma GPU ou NPU; pode haver uma cujo driver falta.',
  smiNotAsked: ({ reason }) =>
    `${reason}, por isso a memória e o driver de GPUs da NVIDIA vêm de outras fontes, se vierem.`,
  vulkanNotListed: ({ reason }) =>
    `${reason}, por isso os dispositivos do Vulkan não foram listados (o provedor webgpu é provado sem ele).`,
  pciNotListed: ({ folder }) => `${folder} não pode ser lida, por isso os dispositivos PCI não foram listados.`,
  coresAsLogical: ({ reason }) => `${reason}, por isso os núcleos físicos são contados como lógicos.`,
  toolNotInstalled: ({ tool }) => `${tool} não está instalado`,
  toolForbidden: ({ tool }) => `${tool} não pode ser executado por este usuário`,
  toolTooSlow: ({ tool, seconds }) => `${tool} não respondeu em ${seconds} s`,
};

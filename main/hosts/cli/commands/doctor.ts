import type { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { CrivoError } from '../../../../shared/errors.ts';
import type { Device, HardwareReport, ProviderStatus } from '../../../../shared/hardware.ts';
import { formatBytes } from '../../../../shared/units.ts';
import type { CommandContext } from '../context.ts';
import { printable, wrapText } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';

/** `crivo doctor`: what the machine has, what works, and the cure for what doesn't. */
export function addDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description('show devices and execution providers, and why one can’t be used')
    .option('--json', 'print the report as JSON')
    .option('--refresh', 'probe again instead of using the kept report')
    .option('--bundle <file>', 'write what a report of a fault needs, without names or paths of yours (- for stdout)')
    .option('--install <what>', 'fetch what a provider needs: cuda (Linux x64; also for tensorrt)')
    .action(async ({ json, refresh, bundle, install }: DoctorOptions) => {
      if (install !== undefined) return installRuntime(context, install);
      if (bundle !== undefined) return writeBundle(context, bundle);
      const report = await context.withWorkbench(({ workbench: { call } }) =>
        call('hardware.report', { refresh: refresh === true }),
      );
      await context.terminal.print(
        json === true ? `${JSON.stringify(report, null, 2)}\n` : describeReport(report, context.terminal),
      );
    });
}

interface DoctorOptions {
  readonly json?: boolean;
  readonly refresh?: boolean;
  readonly bundle?: string;
  readonly install?: string;
}

async function installRuntime({ terminal, withWorkbench }: CommandContext, what: string): Promise<void> {
  if (what !== 'cuda') throw new CrivoError('invalid-input', `"${what}" can't be installed: what can be is cuda.`);
  await withWorkbench(async ({ workbench: { call, hub } }) => {
    const { version, sizeBytes, license, needs, installed } = await call('hardware.cudaOffer', {});
    if (installed) return terminal.say(`CUDA for ONNX Runtime ${version} is installed already`);
    terminal.say(
      `CUDA and TensorRT libraries of ONNX Runtime ${version}: ${formatBytes(sizeBytes)} from Microsoft's NuGet package, licence ${license}; they need ${needs}`,
    );
    let told = -1;
    hub.subscribe(null, ({ event }) => {
      if (event.type !== 'task' || event.task.fraction === null) return;
      const tenth = Math.floor(event.task.fraction * 10);
      if (tenth > told && event.task.message !== '') terminal.say(event.task.message);
      told = Math.max(told, tenth);
    });
    await call('hardware.installCuda', { taskId: 'install-cuda' });
    terminal.say('installed; "crivo doctor" tells whether cuda works now');
  });
}

async function writeBundle({ terminal, withWorkbench }: CommandContext, file: string): Promise<void> {
  const diagnostics = await withWorkbench(({ workbench: { call } }) => call('app.diagnostics', {}));
  const text = `${JSON.stringify(diagnostics, null, 2)}\n`;
  if (file === '-') return terminal.print(text);
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'it exists already' : `the system refused (${code})`;
    throw new CrivoError('invalid-input', `${file} can't be written: ${why}; choose another name.`, { cause: error });
  }
  terminal.say(
    `${diagnostics.log.length} lines of the log and the facts of this machine are in ${file}; read it before you send it`,
  );
}

function describeReport(report: HardwareReport, terminal: Terminal): string {
  const { paint } = terminal;
  const width = Math.min(terminal.width, 110);
  const { environment } = report;
  const lines = [
    paint('bold', 'Devices'),
    ...report.devices.flatMap((device) => deviceLines(device, width)),
    '',
    paint('bold', 'Execution providers'),
    ...report.providers.flatMap((provider) => providerLines(provider, terminal, width)),
    '',
    paint('bold', 'Environment'),
    `  ${environment.operatingSystem}, ${environment.kernel} ${environment.architecture}${environment.virtualized === true ? ', virtual machine' : ''}`,
    `  ONNX Runtime ${environment.onnxRuntimeVersion}, Node ${environment.nodeVersion}, Crivo ${environment.crivoVersion}`,
    ...(environment.isa.length === 0
      ? []
      : [wrapText(`  CPU extensions: ${environment.isa.join(', ')}`, width, '    ')]),
    ...report.notes.map((note) => wrapText(`  Note: ${note}`, width, '    ')),
    paint('dim', `  probed ${report.probedAt}; crivo doctor --refresh probes again`),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function deviceLines(device: Device, width: number): string[] {
  const facts = Object.entries(device.facts).map(([name, value]) => `${name}: ${value}`);
  const memory = device.memoryBytes === null ? [] : [formatBytes(device.memoryBytes)];
  const driver = device.driver === null ? [] : [`driver ${device.driver}`];
  const rest = [...memory, ...driver, ...(device.software ? ['emulated in software'] : []), ...facts].join(' · ');
  return [
    `  ${device.kind.toUpperCase()}  ${printable(device.name)}`,
    ...(rest === '' ? [] : [wrapText(`       ${rest}`, width, '       ')]),
  ];
}

function providerLines(provider: ProviderStatus, { paint }: Terminal, width: number): string[] {
  const name = provider.name.padEnd(9);
  if (provider.state === 'working')
    return [wrapText(`  ${paint('green', '✓')} ${name} ${provider.proof}`, width, '              ')];
  return [
    wrapText(`  ${paint('red', '✗')} ${name} ${printable(provider.reason)}`, width, '              '),
    wrapText(`              ${paint('cyan', '→')} ${provider.cure}`, width, '                '),
  ];
}

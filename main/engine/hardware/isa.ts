import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { cpuFlags } from 'systeminformation';

/** Linux, Windows and macOS spellings → the name that reports use. */
const names: Readonly<Record<string, string>> = {
  avx: 'avx',
  'avx1.0': 'avx',
  avx2: 'avx2',
  fma: 'fma',
  f16c: 'f16c',
  avx512f: 'avx512f',
  avx512bw: 'avx512bw',
  avx512vl: 'avx512vl',
  avx512_vnni: 'avx512_vnni',
  avx512vnni: 'avx512_vnni',
  avx512_bf16: 'avx512_bf16',
  avx512_fp16: 'avx512_fp16',
  avx_vnni: 'avx_vnni',
  amx_int8: 'amx_int8',
  amx_bf16: 'amx_bf16',
  // 64-bit Arm: `asimd` is NEON.
  asimd: 'neon',
  neon: 'neon',
  asimddp: 'dotprod',
  feat_dotprod: 'dotprod',
  i8mm: 'i8mm',
  feat_i8mm: 'i8mm',
  asimdhp: 'fp16',
  feat_fp16: 'fp16',
  bf16: 'bf16',
  feat_bf16: 'bf16',
  sve: 'sve',
  sve2: 'sve2',
  feat_sme: 'sme',
};

/** ISA extensions that matter to inference, sorted, of any list of CPU flags separated by blanks. */
export const isaFromFlags = (flags: string): string[] =>
  [
    ...new Set(
      flags
        .toLowerCase()
        .split(/\s+/)
        .map((flag) => names[flag])
        .filter((name) => name !== undefined),
    ),
  ].sort();

/** Flags of the first processor of `/proc/cpuinfo` (`flags` on x86, `Features` on Arm); empty where there are none. */
export const flagsFromCpuinfo = (cpuinfo: string): string =>
  /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1] ?? '';

/** Names of the features that `sysctl hw.optional machdep.cpu` says are there (macOS). */
export function flagsFromSysctl(text: string): string {
  const present = [...text.matchAll(/^hw\.optional\.(?:arm\.)?(\w+(?:\.\w+)?):\s*1$/gm)].map((match) => match[1]!);
  const intel = [...text.matchAll(/^machdep\.cpu\.(?:leaf7_)?features:\s*(.*)$/gm)].map((match) => match[1]!);
  return [...present, ...intel].join(' ');
}

/** This CPU's ISA extensions; empty where the machine doesn't tell. */
export async function readIsa(platform: NodeJS.Platform = process.platform): Promise<string[]> {
  try {
    if (platform === 'linux') return isaFromFlags(flagsFromCpuinfo(await readFile('/proc/cpuinfo', 'utf8')));
    if (platform === 'darwin') {
      const { stdout } = await promisify(execFile)('/usr/sbin/sysctl', ['hw.optional', 'machdep.cpu'], {
        timeout: 2_000,
      });
      return isaFromFlags(flagsFromSysctl(stdout));
    }
    return isaFromFlags(await cpuFlags());
  } catch {
    return [];
  }
}

import type { Command } from 'commander';
import { letSweepsGoFirst } from '../../../engine/maintenance/let-sweeps-go-first.ts';
import { systemClock } from '../../../engine/ports.ts';
import type { JobOptions } from '../../../engine/ports.ts';
import { formatBytes } from '../../../../shared/units.ts';
import type { CommandContext } from '../context.ts';
import { progressOn } from '../task-progress.ts';
import { printable } from '../terminal.ts';

/** `crivo backup`, `crivo restore`, `crivo check`: the data folder as a whole, without opening the workbench. */
export function addBackupCommands(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const jobOptions = (signal: AbortSignal): JobOptions => ({ signal, onProgress: progressOn(terminal) });
  program
    .command('backup <file>')
    .description('write the data folder into one file, also while a sweep runs')
    .option('--replace', 'write over a file of that name')
    .action((file: string, { replace }: { replace?: boolean }) =>
      context.interruptible(async (signal) => {
        const { writeBackup } = await import('../../../engine/maintenance/write-backup.ts');
        letSweepsGoFirst();
        const request = { dataFolder: context.dataFolder(), file, replace: replace === true, clock: systemClock };
        const written = await writeBackup(request, jobOptions(signal));
        terminal.say(`${written.files} files, ${formatBytes(written.sizeBytes)}, backed up to ${written.file}`);
      }),
    );
  program
    .command('restore <file>')
    .description('make the data folder from a backup')
    .option('--replace', 'move a data folder that is there aside first')
    .action((file: string, { replace }: { replace?: boolean }) =>
      context.interruptible(async (signal) => {
        const { restoreBackup } = await import('../../../engine/maintenance/restore-backup.ts');
        const dataFolder = context.dataFolder();
        const request = { dataFolder, file, replace: replace === true, clock: systemClock };
        const { manifest, movedTo } = await restoreBackup(request, jobOptions(signal));
        terminal.say(`the backup of ${manifest.createdAt} (${manifest.files} files) is restored to ${dataFolder}`);
        if (movedTo !== null) terminal.say(`what was there stands in ${movedTo}`);
      }),
    );
  program
    .command('check')
    .description('look for damage in the data folder, and mend what can be mended')
    .option('--repair', 'mend it')
    .option('--json', 'print what was found as JSON')
    .action(({ repair, json }: { repair?: boolean; json?: boolean }) =>
      context.interruptible(async (signal) => {
        const { checkDataFolder, repairDataFolder } = await import('../../../engine/maintenance/check-data-folder.ts');
        const dataFolder = context.dataFolder();
        const check = await checkDataFolder(dataFolder, systemClock, jobOptions(signal));
        terminal.drawStatus(null);
        const repairs = repair === true ? await repairDataFolder(dataFolder, check, systemClock) : [];
        const found = check.findings.map(({ what, cure }) => ({ what, cure }));
        if (json === true) {
          await terminal.print(`${JSON.stringify({ ...check, findings: found, repairs }, null, 2)}\n`);
        } else {
          const lines = found.map(({ what, cure }) => `${what}${repair === true ? '' : ` ${cure}`}`);
          const sound = `${check.runs} runs and ${check.models} models are sound.`;
          for (const line of [...(found.length === 0 ? [sound] : lines), ...repairs])
            await terminal.print(`${printable(line)}\n`);
        }
        if (found.length > repairs.length) context.setExitCode(1);
      }),
    );
}

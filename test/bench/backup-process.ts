/** Backs a data folder up, as `crivo backup` does; prints how many ms it took. Again and again where `--forever` is given. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { letSweepsGoFirst } from '../../main/engine/maintenance/let-sweeps-go-first.ts';
import { writeBackup } from '../../main/engine/maintenance/write-backup.ts';
import { systemClock } from '../../main/engine/ports.ts';

const [dataFolder = '', folder = '', mode] = process.argv.slice(2);
letSweepsGoFirst();
do {
  const began = performance.now();
  await writeBackup({ dataFolder, file: join(folder, 'backup.tar'), replace: true, clock: systemClock });
  console.log(performance.now() - began);
} while (mode === '--forever');

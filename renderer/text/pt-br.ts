/** Portuguese of Brazil. */
import type { Text } from './en.ts';
import { accuracy } from './pt-br/accuracy.ts';
import { common } from './pt-br/common.ts';
import { compare } from './pt-br/compare.ts';
import { datasets } from './pt-br/datasets.ts';
import { devices } from './pt-br/devices.ts';
import { engine } from './pt-br/engine.ts';
import { history } from './pt-br/history.ts';
import { models } from './pt-br/models.ts';
import { optimize } from './pt-br/optimize.ts';
import { queue } from './pt-br/queue.ts';
import { report } from './pt-br/report.ts';
import { results } from './pt-br/results.ts';
import { settings } from './pt-br/settings.ts';
import { sweep } from './pt-br/sweep.ts';

export const ptBr: Text = {
  accuracy,
  common,
  compare,
  datasets,
  devices,
  engine,
  history,
  models,
  optimize,
  queue,
  report,
  results,
  settings,
  sweep,
};

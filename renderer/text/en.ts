/** English, and by its type the shape of every language: a text that another language lacks does not compile. */
import { accuracy } from './en/accuracy.ts';
import { common } from './en/common.ts';
import { compare } from './en/compare.ts';
import { datasets } from './en/datasets.ts';
import { devices } from './en/devices.ts';
import { engine } from './en/engine.ts';
import { history } from './en/history.ts';
import { models } from './en/models.ts';
import { optimize } from './en/optimize.ts';
import { queue } from './en/queue.ts';
import { report } from './en/report.ts';
import { results } from './en/results.ts';
import { settings } from './en/settings.ts';
import { sweep } from './en/sweep.ts';

export const en = {
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

export type Text = typeof en;

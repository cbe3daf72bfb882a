import type { Texts } from '../en/index.ts';
import { account } from './account.ts';
import { again } from './again.ts';
import { alerts } from './alerts.ts';
import { compare } from './compare.ts';
import { dashboards } from './dashboards.ts';
import { graph } from './graph.ts';
import { logs } from './logs.ts';
import { overview } from './overview.ts';
import { run } from './run.ts';
import { runs } from './runs.ts';
import { shell } from './shell.ts';
import { status } from './status.ts';
import { time } from './time.ts';
import { trace } from './trace.ts';

export const ja: Texts = {
  account,
  again,
  alerts,
  compare,
  dashboards,
  graph,
  logs,
  overview,
  run,
  runs,
  shell,
  status,
  time,
  trace,
};

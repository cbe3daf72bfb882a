import type { Texts } from '../en/index.ts';
import { account } from './account.ts';
import { alerts } from './alerts.ts';
import { dashboards } from './dashboards.ts';
import { graph } from './graph.ts';
import { logs } from './logs.ts';
import { overview } from './overview.ts';
import { run } from './run.ts';
import { shell } from './shell.ts';
import { status } from './status.ts';
import { time } from './time.ts';
import { trace } from './trace.ts';

export const ja: Texts = {
  account,
  alerts,
  dashboards,
  graph,
  logs,
  overview,
  run,
  shell,
  status,
  time,
  trace,
};

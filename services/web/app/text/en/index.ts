import { account } from './account.ts';
import { again } from './again.ts';
import { alerts } from './alerts.ts';
import { approval } from './approval.ts';
import { audit } from './audit.ts';
import { bulk } from './bulk.ts';
import { compare } from './compare.ts';
import { dashboards } from './dashboards.ts';
import { editor } from './editor.ts';
import { events } from './events.ts';
import { filters } from './filters.ts';
import { format } from './format.ts';
import { graph } from './graph.ts';
import { keys } from './keys.ts';
import { logs } from './logs.ts';
import { objectives } from './objectives.ts';
import { overview } from './overview.ts';
import { problem } from './problem.ts';
import { queues } from './queues.ts';
import { run } from './run.ts';
import { runs } from './runs.ts';
import { secrets } from './secrets.ts';
import { services } from './services.ts';
import { shell } from './shell.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { step } from './step.ts';
import { time } from './time.ts';
import { trace } from './trace.ts';
import { wait } from './wait.ts';
import { waterfall } from './waterfall.ts';
import { workflows } from './workflows.ts';

/** One file per topic. `Texts` makes every other language have the same keys. */
export const en = {
  account,
  again,
  alerts,
  approval,
  audit,
  bulk,
  compare,
  dashboards,
  editor,
  events,
  filters,
  format,
  graph,
  keys,
  logs,
  objectives,
  overview,
  problem,
  queues,
  run,
  runs,
  secrets,
  services,
  shell,
  start,
  status,
  step,
  time,
  trace,
  wait,
  waterfall,
  workflows,
};

export type Texts = SameKeys<typeof en>;
type SameKeys<T> = { [Key in keyof T]: T[Key] extends string ? string : SameKeys<T[Key]> };

import type { Texts } from '../en/index.ts';
import * as gameDays from './game-days.ts';
import * as monitoring from './monitoring.ts';
import * as operations from './operations.ts';
import * as overview from './overview.ts';
import * as run from './run.ts';
import * as runs from './runs.ts';
import * as shell from './shell.ts';
import * as step from './step.ts';
import * as views from './views.ts';
import * as workflows from './workflows.ts';

export const ja: Texts = {
  ...gameDays,
  ...monitoring,
  ...operations,
  ...overview,
  ...run,
  ...runs,
  ...shell,
  ...step,
  ...views,
  ...workflows,
};

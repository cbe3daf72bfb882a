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

/** The topics of all files. `Texts` makes every other language have the same keys. */
export const en = {
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

export type Texts = SameKeys<typeof en>;
type SameKeys<T> = { [Key in keyof T]: T[Key] extends string ? string : SameKeys<T[Key]> };

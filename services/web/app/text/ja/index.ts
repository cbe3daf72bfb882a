import type { Texts } from '../en/index.ts';
import { account } from './account.ts';
import { graph } from './graph.ts';
import { logs } from './logs.ts';
import { overview } from './overview.ts';
import { run } from './run.ts';
import { shell } from './shell.ts';
import { status } from './status.ts';
import { trace } from './trace.ts';

export const ja: Texts = { account, graph, logs, overview, run, shell, status, trace };

import type { Fault } from '../../lib/fault-drill/fault.ts';
import { commitUnheard } from './commit-unheard.ts';
import { killAfterCall } from './kill-after-call.ts';
import { killAfterCommit } from './kill-after-commit.ts';
import { killApi } from './kill-api.ts';
import { killBeforeCall } from './kill-before-call.ts';
import { poison } from './poison.ts';

/** Every fault, in the order of the table in README.md. */
export const FAULTS: readonly Fault[] = [
  killBeforeCall,
  killAfterCall,
  killAfterCommit,
  poison,
  killApi,
  commitUnheard,
];

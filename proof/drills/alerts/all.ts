import { FAULTS } from '../../alert-faults/all.ts';
import { ACCESS_DRILLS } from './access.ts';
import { API_DRILLS } from './api.ts';
import type { AlertDrill } from './kit/alert-drill.ts';
import { WORK_DRILLS } from './work.ts';

/** Of a fault: enough for the steady load when every call takes seconds, and few enough to flood. */
export const FAULT_SLOTS = { WORKER_KINDS: 'http:32,llm:32' };

/** Together they cause each alert that pages and a blocked event loop, and play each game. */
export const ALERT_DRILLS: readonly AlertDrill[] = [
  ...API_DRILLS,
  ...ACCESS_DRILLS,
  ...WORK_DRILLS,
  ...FAULTS.map((fault) => ({ ...fault, bed: { env: FAULT_SLOTS } })),
];

import type { LogEventDefinition } from './log-event.ts';

const RUN = ['run_id', 'workflow', 'owner'] as const;
const STEP = [...RUN, 'step', 'attempt', 'iteration'] as const;

/** Fields that http and llm steps add to the line of a call. */
const OF_CALLS = [
  'status',
  'duration_ms',
  'time_to_first_token_ms',
  'input_tokens',
  'output_tokens',
  'cost_usd',
] as const;

/** Events of runs and steps, by the key that code uses. */
export const RUN_EVENTS = {
  runUntitled: {
    name: 'aio.run.untitled',
    severities: ['warn'],
    message: 'The title of a run cannot be evaluated',
    fields: ['run_id', 'workflow', 'error'],
  },
  runClaimed: {
    name: 'aio.run.claimed',
    severities: ['debug'],
    message: 'Run claimed',
    fields: [...RUN, 'epoch', 'was'],
  },
  runEnded: {
    name: 'aio.run.ended',
    severities: ['info'],
    message: 'Run ended',
    fields: [...RUN, 'run_status', 'duration_ms', 'error'],
  },
  runLost: {
    name: 'aio.run.lost',
    severities: ['warn'],
    message: 'A run was cancelled or taken over',
    fields: [...RUN, 'epoch'],
  },
  claimFailed: {
    name: 'aio.run.claim_failed',
    severities: ['warn'],
    message: 'The worker could not claim runs',
    fields: ['err'],
  },
  stepFailed: {
    name: 'aio.step.failed',
    severities: ['warn'],
    message: 'A step failed',
    fields: [...STEP, 'error'],
  },
  attemptLost: {
    name: 'aio.attempt.lost',
    severities: ['warn'],
    message: 'An attempt died with its worker',
    fields: STEP,
  },
  stepLogged: {
    name: 'aio.step.logged',
    severities: ['info', 'warn', 'error'],
    message: 'A line of the step’s own log',
    fields: [...STEP, ...OF_CALLS],
  },
  engineTroubled: {
    name: 'aio.engine.troubled',
    severities: ['warn'],
    message: 'The engine failed at a task and tries again',
    fields: ['err', 'what'],
  },
  runsDeleted: {
    name: 'aio.runs.deleted',
    severities: ['info'],
    message: 'Deleted runs past their retention',
    fields: ['runs'],
  },
} as const satisfies Readonly<Record<string, LogEventDefinition>>;

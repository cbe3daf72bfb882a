import { type Fault, ValidationError } from '@aio/core/errors';
import { expandsItems } from '@aio/core/definition/kinds/registry';
import { v7 as uuidv7 } from 'uuid';
import type { Pool } from '../../postgres/pool.ts';
import { inTransaction } from '../../postgres/transaction.ts';
import { type AuditActor, writeAudit } from '../audit-log.ts';
import type { NamesOfRun, RetriedRun } from './retry-run.ts';
import { findHolding } from './reusable-steps.ts';
import {
  copySteps,
  type EndedRun,
  insertSuccessor,
  lockRun,
  requireEnded,
  takeKey,
} from './successor-run.ts';

export interface Replay {
  runId: string;
  /** The subject that must own the run; null = any. */
  onlyOwner: string | null;
  /** The subject that asks for it. The new run belongs to the owner of the first. */
  by: string;
  /** JSON text, validated by the version's schema; null = the same input. */
  input: string | null;
  /** The step to execute again, or to mark as succeeded with this JSON text; null = from the start. */
  from: { step: string; output: string | null } | null;
  timeoutMs: number | null;
  namesOf: NamesOfRun;
  traceparent: string | null;
  parentSpanId: string | null;
  tracestate: string | null;
  /** For 24 hours, the same key and hash stand for the same replay; null = each request makes a replay. */
  idempotency: { key: string; requestHash: string } | null;
  audit?: AuditActor;
}

/**
 * Makes a new run of the same version that repeats an ended run, from the start or from a step. It reuses the results
 * of steps that do not depend on that step. You can replay a run any number of times.
 * @throws AioError `not_found`, `run_not_finished`, `idempotency_conflict`; ValidationError if
 *   the replay cannot start from the step, or its input does not fit the labels
 */
export async function replayRun(pool: Pool, replay: Replay): Promise<RetriedRun> {
  const newId = uuidv7();
  return inTransaction(pool, async (db) => {
    const ended = await lockRun(db, replay);
    const { status, workflowId, workflowName, owner } = ended;
    requireEnded(status);
    const holding = replay.from && requireHolding(ended, replay.from);
    const runId = replay.idempotency
      ? await takeKey(db, {
          ...replay,
          newId,
          idempotencyKey: replay.idempotency.key,
          requestHash: `replay ${replay.runId} ${replay.idempotency.requestHash}`,
        })
      : newId;
    const run = { runId, epoch: 0, workflowId, workflowName, owner };
    if (runId !== newId) return { ...run, replayed: true };
    const stepsTotal = Object.keys(ended.definition.steps).length;
    const input = replay.input === null ? ended.input : JSON.parse(replay.input);
    const names = replay.namesOf(input, newId);
    await insertSuccessor(db, { ...replay, newId, as: 'replay', names, stepsTotal });
    if (replay.from && holding) {
      const { step, output } = replay.from;
      const edited = output === null ? null : { step, output };
      await copySteps(db, { newId, runId: replay.runId, ...holding, edited });
    }
    if (replay.audit) {
      const details = {
        replayOf: replay.runId,
        ...(replay.from && { from: replay.from.step }),
        ...(replay.input !== null && { inputEdited: true }),
        ...(typeof replay.from?.output === 'string' && { outputEdited: true }),
      };
      await writeAudit(db, replay.audit, { id: newId, target: `runs/${newId}`, details });
    }
    return { ...run, replayed: false };
  });
}

function requireHolding(
  { definition, statuses }: EndedRun,
  { step, output }: NonNullable<Replay['from']>,
) {
  const planned = Object.hasOwn(definition.steps, step) ? definition.steps[step] : undefined;
  if (planned === undefined) {
    throw refused({
      pointer: '/from',
      rule: 'unknown_step',
      message: `the run has no step "${step}"`,
      hint: 'use a step of the definition',
    });
  }
  if (output !== null && expandsItems((planned as { type?: unknown }).type)) {
    throw refused({
      pointer: '/output',
      rule: 'output_of_map',
      message: 'cannot be edited: a map collects the outputs of its items',
      hint: 'start from the step after it, or edit the input',
    });
  }
  const holding = findHolding(definition, statuses, step);
  if (holding !== null && statuses.has(step)) return holding;
  throw refused({
    pointer: '/from',
    rule: 'not_reached',
    message: `the run did not reach "${step}": a step before it has no result`,
    hint: 'start from an earlier step, or from the beginning',
  });
}

function refused(fault: Fault): ValidationError {
  return new ValidationError('You cannot replay the run from this step.', [fault]);
}

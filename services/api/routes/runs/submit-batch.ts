import type { Static } from 'typebox';
import { v7 as uuidv7 } from 'uuid';
import { AIO } from '@aio/catalog/traces/attributes';
import { MAX_FAULTS, MAX_INPUT_BYTES } from '@aio/core/definition/limits';
import { type Fault, ValidationError } from '@aio/core/errors';
import type { Validate } from '@aio/core/json/schema-validator';
import type { Pool } from '@aio/platform/postgres/pool';
import {
  type Submission,
  type SubmissionResult,
  type Submitted,
  submitRuns,
} from '@aio/platform/queries/runs/submit-runs';
import { type AuditActor, writeAudit } from '@aio/platform/queries/audit-log';
import { findVersion } from '@aio/platform/queries/workflows/find-version';
import type { TitleOfRun } from '@aio/platform/queries/runs/retry-run';
import type { Slices } from '@aio/platform/postgres/slices';
import { inTransaction } from '@aio/platform/postgres/transaction';
import { defineRoute, jsonBody, type Route } from '../../http/define-route.ts';
import { below } from '../../http/problems.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { countSubmitted, startTrace } from './new-run.ts';
import { titlesOf } from './run-title.ts';
import { AcceptedBatch, MAX_BATCH_RUNS, SubmitBatchBody, SubmitParams } from './submit-schema.ts';
import { type FindVersion, idempotencyOf, requireVersion } from './submission.ts';
import { createWaitBudget } from './wait-budget.ts';

type Deps = Pick<
  RouteDeps,
  'pool' | 'readVersion' | 'queues' | 'metrics' | 'tracing' | 'slices' | 'log'
>;
type Batch = Static<typeof SubmitBatchBody>;

const MAX_BODY_BYTES = 4 * 1024 * 1024;

export function submitBatchRoute(deps: Deps): Route {
  const { pool, metrics } = deps;
  const find: FindVersion = (of) => findVersion(pool, of);
  return defineRoute({
    id: 'submitRuns',
    tag: 'runs',
    summary: 'Start many runs of a workflow',
    description: `Up to ${MAX_BATCH_RUNS} runs. The API validates all inputs, then accepts all runs in one transaction, or none. A run's \`idempotencyKey\` works like the Idempotency-Key of a single submission, and both share their keys. If a key was used with another submission, the API refuses the batch.`,
    method: 'POST',
    path: '/api/v1/workflows/{name}/runs/batch',
    params: SubmitParams,
    body: jsonBody(SubmitBatchBody, { maxBytes: MAX_BODY_BYTES }),
    responses: { 202: json('The runs, in the order of the request', AcceptedBatch) },
    async handler({ params: { name }, body, principal, actor, span }) {
      const waitFor = createWaitBudget();
      const { workflowId, versionId } = await waitFor(
        requireVersion(find, principal, name, body.version),
      );
      const facts = await waitFor(deps.readVersion(versionId));
      const { steps, timeoutMs } = facts;
      const inputs = await checkInputs(deps.slices, body.runs, facts.validateInput);
      const ids = body.runs.map(() => uuidv7());
      const titles = await readTitles(deps.slices, body.runs, ids, titlesOf(deps, facts, name));
      const common = {
        workflowId,
        workflowVersionId: versionId,
        latestVersion: null,
        workflowName: name,
        owner: principal.subject,
        stepsTotal: steps.length,
        timeoutMs,
      };
      const submissions = body.runs.map(({ input, idempotencyKey }, index): Submission => {
        const request = { input, ...(body.version !== undefined && { version: body.version }) };
        const idempotency = idempotencyOf(idempotencyKey, request);
        const own = {
          id: ids[index]!,
          input: inputs[index]!,
          title: titles?.[index] ?? null,
          idempotency,
        };
        return { ...common, ...own, ...startTrace(deps, name, own.id, span) };
      });
      const audit = { actor, target: `workflows/${name}` };
      const runs = await waitFor(acceptAll(pool, submissions, audit));
      const fresh = submissions.flatMap(({ traceparent, tracestate }, index) => {
        const { runId, replayed } = runs[index]!;
        return replayed ? [] : [{ runId, epoch: 0, workflowId, traceparent, tracestate }];
      });
      span.setAttributes({ [AIO.workflowName]: name });
      if (fresh.length > 0) {
        countSubmitted(metrics, { workflow: name, owner: principal.subject }, fresh.length);
        void deps.queues.addRuns(fresh);
      }
      return reply(202, { items: runs.map(({ runId: id, replayed }) => ({ id, replayed })) });
    },
  });
}

/**
 * Returns the inputs as JSON texts.
 * @throws ValidationError with the first hundred faults
 */
async function checkInputs(
  slices: Slices,
  runs: Batch['runs'],
  validate: Validate,
): Promise<string[]> {
  const texts: string[] = [];
  const faults: Fault[] = [];
  for (const [index, { input = {} }] of runs.entries()) {
    const found = await slices.perform(runs, () => {
      const text = JSON.stringify(input);
      texts.push(text);
      return [...tooLarge(text), ...validate(input)];
    });
    faults.push(...below(`/runs/${index}/input`, found));
    if (faults.length >= MAX_FAULTS) break;
  }
  if (faults.length === 0) return texts;
  throw new ValidationError(
    "Inputs do not match the workflow's schema or exceed a limit. No run was accepted.",
    faults.slice(0, MAX_FAULTS),
  );
}

/** null = runs have no title. */
async function readTitles(
  slices: Slices,
  runs: Batch['runs'],
  ids: readonly string[],
  titleOf: TitleOfRun | null,
): Promise<(string | null)[] | null> {
  if (titleOf === null) return null;
  const titles: (string | null)[] = [];
  for (const [index, { input = {} }] of runs.entries())
    titles.push(await slices.perform(runs, () => titleOf(input, ids[index]!)));
  return titles;
}

function tooLarge(text: string): Fault[] {
  // A UTF-16 code unit takes at most 3 bytes in UTF-8, so most inputs need no count.
  if (text.length * 3 <= MAX_INPUT_BYTES || Buffer.byteLength(text) <= MAX_INPUT_BYTES) return [];
  return [
    {
      pointer: '',
      rule: 'max_bytes',
      message: `is larger than ${MAX_INPUT_BYTES} bytes`,
      hint: 'store large data elsewhere and send its address',
    },
  ];
}

/** @throws ValidationError `idempotency_conflict` naming each entry whose key was used with another submission */
async function acceptAll(
  pool: Pool,
  submissions: readonly Submission[],
  { actor, target }: { actor: AuditActor; target: string },
): Promise<Submitted[]> {
  const [first, ...others] = submissions;
  // Without keys nothing can conflict, so one statement is enough.
  if (first !== undefined && submissions.every(({ idempotency }) => idempotency === null)) {
    const audit = { ...actor, target, details: { runs: submissions.length } };
    return requireAccepted(await submitRuns(pool, [{ ...first, audit }, ...others]));
  }
  return inTransaction(pool, async (db) => {
    const accepted = requireAccepted(await submitRuns(db, submissions));
    const runs = accepted.filter(({ replayed }) => !replayed).length;
    if (runs > 0) await writeAudit(db, actor, { target, details: { runs } });
    return accepted;
  });
}

function requireAccepted(results: readonly SubmissionResult[]): Submitted[] {
  const accepted: Submitted[] = [];
  const faults: Fault[] = [];
  for (const [index, result] of results.entries()) {
    if ('runId' in result) accepted.push(result);
    else faults.push(keyConflict(index));
  }
  if (faults.length === 0) return accepted;
  throw new ValidationError(
    'Keys were used with other submissions. No run was accepted.',
    faults,
    'idempotency_conflict',
  );
}

function keyConflict(index: number): Fault {
  return {
    pointer: `/runs/${index}/idempotencyKey`,
    rule: 'idempotency_conflict',
    message: 'was used with another submission less than 24 hours ago',
    hint: 'use a new key for a new submission',
  };
}

import type { TestContext } from 'node:test';
import { LANES } from '@aio/core/definition/kinds/registry';
import { parseDefinition } from '@aio/core/definition/parse';
import { validateDefinition } from '@aio/core/definition/validate';
import { createTestDatabase } from '@aio/platform/testing/database';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Pool } from '@aio/platform/pool';
import { findSiblingVersion } from '@aio/platform/queries/find-version';
import type { Queryable } from '@aio/platform/queryable';
import { createDatabaseClock } from '@aio/platform/database-clock';
import { tieClock } from '@aio/platform/queries/tie-clock';
import { readEnvironment } from '@aio/platform/environment';
import { type SecretsKeys, secretsVariables } from '@aio/platform/secrets/keys';
import { createMetrics } from '@aio/runtime/metrics';
import { createLogger, type Logger } from '@aio/runtime/logger';
import { createTracing } from '@aio/runtime/tracing';
import { v7 as uuidv7 } from 'uuid';
import { createAftermath } from '../aftermath.ts';
import type { Engine } from '../engine/engine.ts';
import { createEngine } from '../engine/engine.ts';
import { createPlans } from '../engine/plans.ts';
import { createSlots } from '../engine/slots.ts';
import { createSecretReader } from '../secret-reader.ts';
import { approval } from '../steps/approval.ts';
import { delay } from '../steps/delay.ts';
import { transform } from '../steps/transform.ts';
import type { StepCall, StepKind, StepOutcome } from '../steps/step-kind.ts';
import { wait } from '../steps/wait.ts';
import { createWorkflowKind } from '../steps/workflow.ts';
import { createObserver } from '../telemetry.ts';

export interface StepRow {
  step: string;
  iteration: number;
  kind: string;
  status: string;
  resolution: string | null;
  attempt: number;
  crashes: number;
  output: unknown;
  worker_id: string | null;
  error: { code: string; message: string } | null;
  started_at: Date | null;
  finished_at: Date | null;
}

export interface RunRow {
  id: string;
  status: string;
  output: unknown;
  error: { code: string; message: string } | null;
  epoch: number;
  signal: number;
  event_seq: number;
  steps_total: number;
  steps_done: number;
  fruitless_takeovers: number;
  leased_until: Date | null;
  finished_at: Date | null;
  worker_id: string | null;
}

export interface WorkingEngine extends Engine {
  readonly id: string;
  readonly slots: number;
  readonly servesHttp: boolean;
  /** Rings for this run, and waits until it is not (or no longer) here. */
  work(id: string): Promise<void>;
}

/** What a step of the kind `http` does, in whichever worker. */
export type Http = (
  call: StepCall<Record<string, unknown>>,
  workerId: string,
) => Promise<unknown> | unknown;

/** Engines over a database of the test's own. The kind `http` is the test's own function. */
export interface EngineBench {
  db: Pool;
  /** Runs that engines told of as begun while they were submitted. */
  readonly begun: readonly string[];
  start(options?: {
    slots?: number;
    lanes?: ReadonlyMap<string, number | null>;
    leaseMs?: number;
    db?: Queryable;
    maxRuns?: number;
    keys?: SecretsKeys;
    now?: () => number;
    log?: Logger;
    /** Called as a transform executes. */
    onTransform?: (call: StepCall) => void;
  }): WorkingEngine;
  /** Stores the definition and a run of it; answers the run's id. */
  submit(yaml: string, input?: unknown): Promise<string>;
  readRun(id: string): Promise<RunRow>;
  readSteps(id: string): Promise<StepRow[]>;
  /** Works the run, again after each park, until it is terminal. */
  finish(engine: WorkingEngine, id: string): Promise<RunRow>;
}

/** Lanes of a worker that holds runs and leaves all calls to others. */
export const NO_HTTP: ReadonlyMap<string, number | null> = new Map([['default', null]]);

const { secretsKeys } = readEnvironment(secretsVariables, {});

/** As a ring for a run that nobody works would do, be it parked or abandoned. */
const WANT = `
  update runs set wanted_at = now()
  where id = $1 and finished_at is null and (leased_until is null or leased_until < now())`;

export async function createEngineBench(
  t: TestContext,
  http: Http = () => null,
): Promise<EngineBench> {
  const engines: Engine[] = [];
  const begun: string[] = [];
  let isOver = false;
  // Before the database, whose hook comes later, is closed: an engine tries for seconds to tell it the rest.
  t.after(() => {
    isOver = true;
    return Promise.all(engines.map((engine) => engine.stop(0)));
  });
  const { pool: db } = await createTestDatabase(t);
  const clock = createDatabaseClock();
  await tieClock(db, clock);

  const httpOf = (workerId: string): StepKind => ({
    kind: 'http',
    takesSlot: true,
    async execute(call): Promise<StepOutcome> {
      const output = await http(call as StepCall<Record<string, unknown>>, workerId);
      return { type: 'succeeded', output };
    },
  });
  const transformOf = (onTransform: (call: StepCall) => void): StepKind => ({
    ...transform,
    execute(call) {
      onTransform(call);
      return transform.execute(call as StepCall<{ value: unknown }>);
    },
  });
  const workflow = createWorkflowKind({
    findVersion: (workflowId, name, version) => findSiblingVersion(db, workflowId, name, version),
    readPlan: createPlans(db).get,
  });
  const kindsOf = (workerId: string, onTransform: (call: StepCall) => void) =>
    new Map(
      (
        [httpOf(workerId), transformOf(onTransform), delay, approval, wait, workflow] as StepKind[]
      ).map((kind) => [kind.kind, kind]),
    );

  async function readRun(id: string): Promise<RunRow> {
    const { rows } = await db.query({
      name: 'test-run',
      text: 'select * from runs where id = $1',
      values: [id],
    });
    return rows[0];
  }

  function ring(): void {
    setImmediate(() => {
      for (const engine of engines) void engine.rung();
    });
  }

  function signal(runId: string): void {
    setImmediate(() => {
      for (const engine of engines) engine.signalled(runId);
    });
  }

  function announce(): void {
    setImmediate(() => {
      for (const engine of engines) engine.stepsOffered();
    });
  }

  function tell(runId: string): void {
    setImmediate(() => {
      for (const engine of engines) engine.told(runId);
    });
  }

  return {
    db,
    begun,
    readRun,

    start(options = {}) {
      const { slots: total = 64, lanes, leaseMs = 10_000, db: engineDb = db } = options;
      const { maxRuns = 200, keys = secretsKeys, now, onTransform = () => {} } = options;
      const workerId = uuidv7();
      const { metrics } = createMetrics({
        process: 'worker',
        enabled: true,
        defaults: false,
        version: 'test',
      });
      const slots = createSlots({ total, lanes: lanes ?? null });
      const observer = createObserver({
        metrics,
        tracing: createTracing('test'),
        log:
          options.log ??
          createLogger({ service: 'test', level: process.env.LOG_LEVEL ?? 'silent' }),
        workerId,
      });
      const engine = createEngine({
        db: engineDb,
        workerId,
        leaseMs,
        maxRuns,
        kinds: kindsOf(workerId, onTransform),
        lanes: LANES,
        capacity: (lane) => (slots.serves(lane) ? Math.min(total, lanes?.get(lane) ?? total) : 0),
        slots,
        clock,
        plans: createPlans(engineDb),
        secrets: createSecretReader({ db: engineDb, keys, onTrouble: observer.troubled }),
        observer,
        ring,
        signal,
        tell,
        announce,
        begun: (runId) => void begun.push(runId),
        ...createAftermath({
          db,
          changed(runIds) {
            for (const runId of runIds) signal(runId);
            ring();
          },
          cancelled: observer.runsCancelled,
          onError: (what, error) => console.error(what, error),
        }),
        newId: uuidv7,
        ...(now && { now }),
      });
      engines.push(engine);
      return {
        ...engine,
        id: workerId,
        slots: total,
        servesHttp: slots.serves('http'),
        async work(id) {
          await db.query({ name: 'test-want', text: WANT, values: [id] });
          await engine.look('room');
          await waitUntil(async () => isOver || (await readRun(id)).worker_id !== workerId, {
            what: `run ${id} to be left`,
            timeoutMs: 20_000,
          });
        },
      };
    },

    async submit(yaml, input = {}) {
      const definition = parseDefinition(yaml, 'application/yaml') as { steps: object };
      const faults = validateDefinition(definition);
      if (faults.length > 0) throw new Error(JSON.stringify(faults, null, 2));
      const [workflowId, versionId, runId] = [uuidv7(), uuidv7(), uuidv7()];
      await db.query({
        name: 'test-submit',
        text: `
          with w as (
            insert into workflows (id, name, owner, latest_version) values ($1, $8, 'local', 1)
          ), v as (
            insert into workflow_versions (id, workflow_id, version, definition, source, media_type, checksum, created_by)
            values ($2, $1, 1, $4, $5, 'application/yaml', 'x', 'local')
          )
          insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, steps_total)
          values ($3, $1, $2, $8, 'local', $6, $7)`,
        values: [
          workflowId,
          versionId,
          runId,
          JSON.stringify(definition),
          yaml,
          JSON.stringify(input),
          Object.keys(definition.steps).length,
          `w-${workflowId}`,
        ],
        prepare: false,
      });
      return runId;
    },

    async readSteps(id) {
      const { rows } = await db.query({
        name: 'test-steps',
        text: 'select * from steps where run_id = $1 order by step, iteration',
        values: [id],
      });
      return rows;
    },

    async finish(engine, id) {
      return await waitUntil(
        async () => {
          await engine.work(id);
          const run = await readRun(id);
          return ['succeeded', 'failed', 'cancelled'].includes(run.status) ? run : undefined;
        },
        { what: `run ${id} to end`, timeoutMs: 20_000 },
      );
    },
  };
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorkflowVersion } from '@aio/platform/queries/create-workflow-version';
import type { Query } from '@aio/platform/queryable';
import { createTestDatabase } from '@aio/platform/testing/database';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { NO_TRACING } from '@aio/runtime/tracing';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { createTraceLinks } from '../../trace-links.ts';
import { createVersions } from '../../versions.ts';
import { submitRunRoute } from './submit-run.ts';

const DEFINITION = { name: 'one', steps: { a: { type: 'transform', with: { value: 1 } } } };

test('a run that workers are told of is accepted when it is on disk, and not before', async (t) => {
  const flushed = Promise.withResolvers<void>();
  t.after(() => flushed.resolve());
  const { pool } = await createTestDatabase(t);
  await createWorkflowVersion(pool, {
    name: DEFINITION.name,
    definition: JSON.stringify(DEFINITION),
    source: JSON.stringify(DEFINITION),
    mediaType: 'application/json',
    checksum: 'x',
    createdBy: 'me',
    onlyOwner: null,
  });
  let isFlushing = false;
  const told: string[] = [];
  const route = submitRunRoute({
    pool: {
      ...pool,
      async connect() {
        const connection = await pool.connect();
        return {
          ...connection,
          async query(query: Query) {
            const result = await connection.query(query);
            isFlushing ||= query.name === 'flush';
            if (query.name === 'flush') await flushed.promise;
            return result;
          },
        };
      },
    },
    links: createTraceLinks(() => null),
    readVersion: createVersions(pool),
    wakeUps: { ring: () => Promise.resolve(true) },
    freshRuns: {
      announce() {
        told.push('announced');
        return {
          written: () => void told.push('written'),
          dropped: () => void told.push('dropped'),
        };
      },
    },
    metrics: { runsSubmitted: { inc: () => {} } },
    tracing: NO_TRACING,
  } as unknown as Parameters<typeof submitRunRoute>[0]);

  const who = { subject: 'me', name: 'me', via: 'bearer' as const };
  const answer = await route.handler({
    params: { name: DEFINITION.name },
    headers: {},
    body: {},
    principal: { ...who, roles: ['admin'], expiresAtMs: Infinity },
    actor: { ...who, action: 'submitRun', address: null, traceId: null },
    span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
  } as never);
  let isReady = false;
  const ready = answer.ready?.then(() => (isReady = true));

  const countRuns = async () =>
    (await pool.query({ name: 'runs', text: 'select from runs' })).rowCount;
  await waitUntil(async () => isFlushing && (await countRuns()) === 1, { what: 'its row is seen' });
  assert.deepEqual(told, ['announced', 'written']);
  assert.equal(answer.status, 202);
  assert.equal(isReady, false);
  flushed.resolve();
  assert.equal(await ready, true);
});

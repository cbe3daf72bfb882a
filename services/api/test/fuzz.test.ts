import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { breakRequests } from '../testing/fuzz/break-request.ts';
import { createRequestJudge } from '../testing/fuzz/judge-request.ts';
import { createKnownValues, type KnownValues } from '../testing/fuzz/known-values.ts';
import {
  type FuzzOperation,
  type FuzzRequest,
  operationsOf,
  validRequests,
} from '../testing/fuzz/requests.ts';
import { startMonitored } from '../testing/monitored.ts';
import { startTestApi, type TestApi } from '../testing/start-test-api.ts';

/** Per operation: this many valid requests and as many broken ones. */
const CASES = Number(process.env.AIO_FUZZ_CASES ?? 40);
const SEED = Number(process.env.AIO_FUZZ_SEED ?? 1);

/** Answers 200 for invalid definitions too. */
const VALIDATE = '/api/v1/workflows/validate';

/** Random requests cannot succeed: one needs a started login, the other a signature. */
const FOR_THE_LOGIN_SERVICE = new Set(['finishLogin', 'endSessions']);

const prometheus = process.env.TEST_PROMETHEUS_PATH;
/** Cannot succeed without Prometheus. */
const ASKS_PROMETHEUS = new Set([
  'listDashboardVariables',
  'queryDashboard',
  'listDashboardAnnotations',
  'listAlerts',
  'queryRunbook',
  'getObjectives',
]);

interface Tally {
  cases: number;
  broken: number;
  succeeded: number;
}

/** Path and query, with ids of existing objects. */
function addressOf({ path }: FuzzOperation, request: FuzzRequest, known: KnownValues): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = request.path[name] ?? '';
    if (typeof value === 'string') return encodeURIComponent(value);
    const values = known.parameter(path, name);
    return encodeURIComponent(values[value.known % values.length] ?? 'none');
  });
  const query = new URLSearchParams(request.query).toString();
  return query === '' ? filled : `${filled}?${query}`;
}

/**
 * Sends the request and checks the response against the document. For a stream, it checks only the start.
 * @returns the status
 */
async function send(
  api: TestApi,
  operation: FuzzOperation,
  request: FuzzRequest,
  known: KnownValues,
): Promise<number> {
  const address = addressOf(operation, request, known);
  const headers = {
    ...request.headers,
    ...(request.body && { 'content-type': request.body.type }),
  };
  const isStream = 'text/event-stream' in (operation.operation.responses['200']?.content ?? {});
  if (!isStream) {
    const { status, body } = await api.call(operation.method.toUpperCase(), address, {
      headers,
      body: request.body?.text,
    });
    return operation.path === VALIDATE && body.valid === false ? 422 : status;
  }
  const leaving = new AbortController();
  const answer = await fetch(api.url + address, {
    headers: { ...api.headers, ...headers },
    signal: leaving.signal,
  });
  leaving.abort();
  return answer.status;
}

test('valid and broken requests never cause a 5xx', async (t) => {
  const monitored = prometheus ? await startMonitored(t, prometheus) : null;
  const api = await startTestApi(t, {
    env: { RATE_LIMITS: 'login=off', PROMETHEUS_URL: monitored?.prometheus.url ?? '' },
  });
  const known = await createKnownValues(api);
  const isAllowed = createRequestJudge(api.document);
  const operations = operationsOf(api.document);
  const tallies: Tally[] = [];

  for (const operation of operations) {
    const name = `${operation.method.toUpperCase()} ${operation.path}`;
    const tally: Tally = { cases: 0, broken: 0, succeeded: 0 };
    tallies.push(tally);

    await t.test(name, async () => {
      const valid = validRequests(operation, api.document, {
        bodies: known.bodies(operation.path),
        query: (parameter) => known.parameter(operation.path, parameter),
      });
      const both = [valid, breakRequests(operation, valid)];
      for (const requests of both)
        await fc.assert(
          fc.asyncProperty(requests, async (request) => {
            const status = await send(api, operation, request, known);
            const isBroken = !isAllowed(operation, request);
            tally.cases += 1;
            if (isBroken) tally.broken += 1;
            else if (status < 400) tally.succeeded += 1;
            assert.ok(status < 500, `${status}`);
            if (isBroken)
              assert.ok(status >= 400, `${status} to ${request.broken}, which is wrong`);
          }),
          { numRuns: CASES, seed: SEED },
        );
      const { operationId } = operation.operation;
      const isClosed =
        FOR_THE_LOGIN_SERVICE.has(operationId) ||
        (monitored === null && ASKS_PROMETHEUS.has(operationId));
      assert.ok(tally.succeeded > 0 || isClosed, 'some requests succeeded');
    });
  }

  await t.test('the API logs no error', () => {
    assert.deepEqual(api.faults(), []);
  });

  const sum = (of: (tally: Tally) => number) => tallies.reduce((all, tally) => all + of(tally), 0);
  const [cases, broken, succeeded] = [
    sum((tally) => tally.cases),
    sum((tally) => tally.broken),
    sum((tally) => tally.succeeded),
  ];
  const covered = tallies.filter((tally) => tally.succeeded > 0).length;
  t.diagnostic(
    `${covered} of ${operations.length} operations covered, ${cases} cases: ${broken} broken and refused, ` +
      `of the other ${cases - broken} ${Math.round((100 * succeeded) / (cases - broken))} % got 2xx or 3xx (seed ${SEED})`,
  );
});

import { compareOutage, FAILOVER_MS } from '../../../drills/outage/compare-outage.ts';
import { StackError } from '@aio/tools/stack-error';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Project, tryUntil } from '../project.ts';
import type { Outcome } from '../report.ts';
import { createAsker } from './product.ts';
import { queryValue } from './targets.ts';

const CUT_OFF = 'aio-verify-cut-off';
/** Nobody answers there. */
const NOWHERE = 'postgresql://aio:aio_password@192.0.2.1:5432/aio';
const KNOWN_WITHIN_MS = 120_000;
const LEFT_OUT_AFTER_MS = 10_000;
const REQUESTS = 100;
const ASK_EVERY_MS = 100;

/** Freezes PostgreSQL while a client asks at the published port, and compares what it sees with what is measured. */
export async function freezeDatabase(
  { place, docker, containers }: Project,
  say: (line: string) => void,
): Promise<Outcome> {
  const [postgres] = await containers('postgres');
  if (postgres === undefined) throw new StackError('PostgreSQL has no container');
  const [note = '', ...shown] = await compareOutage({
    ask: createAsker(place),
    prometheusUrl: place.prometheus,
    async begin() {
      await docker.run('pause', postgres.Id);
      return () => docker.run('unpause', postgres.Id);
    },
    lastsMs: FAILOVER_MS,
    alert: 'ApiAvailabilityBurn',
    say,
  });
  return { note, shown };
}

/** Adds an API that cannot reach the database. After ten seconds, no request may fail. */
export async function cutOffOneApi({ place, docker, compose }: Project): Promise<string> {
  const up = (backend: string) =>
    queryValue(place, `sum(haproxy_server_status{proxy="${backend}",state="UP"})`);
  const ready = await up('api');
  const options = ['--detach', '--no-deps', '--use-aliases', '--name', CUT_OFF];
  await compose('run', ...options, '--env', `DATABASE_URL=${NOWHERE}`, 'api');
  try {
    await sleep(LEFT_OUT_AFTER_MS);
    const ask = createAsker(place);
    const statuses: number[] = [];
    for (let index = 0; index < REQUESTS; index++) {
      statuses.push((await ask()).status);
      await sleep(ASK_EVERY_MS);
    }
    const failed = statuses.filter((status) => status >= 500).length;
    if (failed > 0) throw new StackError(`${failed} of ${REQUESTS} requests failed`);
    await tryUntil('the proxy knows the API that is cut off', KNOWN_WITHIN_MS, async () =>
      (await up('api-alive')) === Number(ready) + 1 && (await up('api')) === ready
        ? true
        : undefined,
    );
    return `${REQUESTS} requests, none failed; the proxy knows ${Number(ready) + 1} APIs that live, ${ready} with a database`;
  } finally {
    await docker.run('rm', '--force', CUT_OFF);
  }
}

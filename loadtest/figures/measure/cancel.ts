import type { Pool } from 'pg';
import { openDatabase } from '../../lib/database.ts';
import type { Definition } from '../../lib/definition.ts';
import { median } from '../../lib/median.ts';
import { startSystem, type System } from '../../lib/system.ts';
import { waitUntil } from '../../lib/wait-until.ts';
import type { FigureGroup } from '../lib/figure.ts';
import type { Bench } from '../lib/run-figures.ts';
import { type SilentServer, startSilentServer } from '../lib/silent-server.ts';

const LIMIT_MS = 1000;
const WORKERS = 2;
/** Few, so that a wide run needs the slots of both workers. */
const SLOTS = 4;
const WIDTH = WORKERS * SLOTS;
const SETTLE_MS = 30_000;

interface Case {
  title: string;
  /** The first is run; the others are what it runs. */
  definitions: readonly [Definition, ...Definition[]];
  /** Connections that are open before the cancel; 0 = the run waits without any. */
  connections: number;
  /** Workers that the connections come from. */
  workers: number;
}

/** From the request to the last connection given up, or to the end of a run that has none. */
export async function measureCancel({
  servers,
  dataDir,
  searchPath,
  options,
  say,
}: Bench<{ tries: { default: number; least: number } }>): Promise<FigureGroup[]> {
  const silent = await startSilentServer();
  const db = openDatabase(servers.databaseUrl);
  const system = await startSystem({
    ...servers,
    workers: WORKERS,
    dataDir,
    env: {
      PATH: searchPath,
      WORKER_KINDS: `http:${SLOTS},llm:${SLOTS}`,
      OPENAI_BASE_URL: `${silent.url}/v1`,
    },
  });
  try {
    const groups: FigureGroup[] = [];
    for (const one of listCases(silent.url)) {
      say(`cancel: ${one.title}`);
      // A workflow that runs another wants it there first.
      for (const definition of one.definitions.toReversed())
        await system.api.createWorkflow(definition);
      const times: number[] = [];
      for (let nth = 0; nth < options.tries; nth++)
        times.push(await cancelOnce(one, { system, silent, db }));
      groups.push(describeCase(one, times));
    }
    return groups;
  } finally {
    await Promise.all([system.stop(), db.end()]);
    await silent.close();
  }
}

function listCases(url: string): Case[] {
  const http = { type: 'http' as const, with: { url }, timeout: '1h' };
  const llm = { type: 'llm' as const, with: { model: 'openai/any', prompt: 'Wait.' } };
  const wide = Array.from({ length: WIDTH }, (_, index) => [`s${index}`, http] as const);
  return [
    of('in an http call', 'cancel-http', { call: http }, 1),
    of('in an llm call', 'cancel-llm', { call: { ...llm, timeout: '1h' } }, 1),
    {
      ...of('in steps on both workers', 'cancel-wide', Object.fromEntries(wide), WIDTH),
      workers: WORKERS,
    },
    inChild(http),
    of('in a delay', 'cancel-delay', { sleep: { type: 'delay', with: { duration: '1d' } } }, 0),
    of('in an approval', 'cancel-approval', { ask: { type: 'approval', with: {} } }, 0),
    of(
      'in a wait',
      'cancel-wait',
      { hear: { type: 'wait', with: { event: 'none', key: 'any' } } },
      0,
    ),
  ];
}

/** The cancel has to go down to the run that holds the connection. */
function inChild(call: Definition['steps'][string]): Case {
  const steps = { child: { type: 'workflow' as const, with: { workflow: 'cancel-http' } } };
  const parent = of('in an http call of a run that it started', 'cancel-child', steps, 1);
  const child: Definition = { name: 'cancel-http', steps: { call } };
  return { ...parent, definitions: [...parent.definitions, child] };
}

function of(title: string, name: string, steps: Definition['steps'], connections: number): Case {
  return { title, definitions: [{ name, steps }], connections, workers: 1 };
}

/** @returns milliseconds */
async function cancelOnce(
  { definitions: [{ name }], connections, workers }: Case,
  { system, silent, db }: { system: System; silent: SilentServer; db: Pool },
): Promise<number> {
  const { id } = await system.api.submitRun(name);
  await waitUntil(`${name} is under way`, SETTLE_MS, async () => {
    if (connections > 0)
      return silent.open() === connections && (await countWorkers(db, id)) >= workers;
    return (await system.api.getRun(id)).status === 'waiting';
  });
  silent.takeAborts();
  const askedAt = performance.now();
  await system.api.cancelRun(id);
  const answeredAt = performance.now();
  await waitUntil('every connection is given up', SETTLE_MS, () => silent.open() === 0);
  const lastAt = Math.max(answeredAt, ...silent.takeAborts());
  const { status } = await system.api.getRun(id);
  if (status !== 'cancelled') throw new Error(`a cancelled run is ${status}`);
  return lastAt - askedAt;
}

/** That execute steps of the run just now, or of runs below it. */
async function countWorkers(db: Pool, runId: string): Promise<number> {
  const { rows } = await db.query<{ workers: number }>(
    `select count(distinct s.worker_id)::int as workers from steps s join runs r on r.id = s.run_id
     where (r.id = $1 or r.parent_run_id = $1) and s.status = 'running' and s.kind <> 'workflow'`,
    [runId],
  );
  return rows[0]?.workers ?? 0;
}

function describeCase({ title, connections }: Case, times: readonly number[]): FigureGroup {
  const what = connections === 0 ? 'to the end of the run' : 'to the last connection given up';
  return {
    title: `cancel ${title}, ${times.length} times, from the request ${what}`,
    figures: [
      { name: 'median', value: median(times), unit: 'ms' },
      { name: 'longest', value: Math.max(...times), unit: 'ms', limit: { most: LIMIT_MS } },
    ],
  };
}

import { waitUntil } from '@aio/tools/system/wait-until';
import { setTimeout as sleep } from 'node:timers/promises';
import { askBoard } from './coverage/ask-boards.ts';
import { askLoadedRules, askRules, askRunbooks } from './coverage/ask-rules.ts';
import { FILLED_BY_FAULTS, isDeclared, mayBeEmpty } from './coverage/may-be-empty.ts';
import type { CoverageRow } from './coverage/row.ts';
import { type Board, readBoards } from '@aio/query/boards';
import { lastSeconds } from '@aio/query/fill-in';
import { createLoadClient } from './load/client.ts';
import { driveLoad, leaveWaiting, type LoadDeps, startTrickle } from './load/drive.ts';
import { checkNames, scrapeProcesses } from './scrape/check-names.ts';
import { type CheckedTelemetry, checkLogs, checkTraces } from './check-telemetry.ts';
import { SCRAPE_SECONDS, type Stand } from './stand.ts';
import { compare } from './truth/compare.ts';
import { type Figure, isTrue } from './truth/witnesses.ts';

export interface Verification {
  /** One row per query. */
  coverage: readonly CoverageRow[];
  /** Faults of names on `/metrics` and of loaded rules. */
  faults: readonly string[];
  figures: readonly Figure[];
  traces: CheckedTelemetry;
  logs: CheckedTelemetry;
}

/** Queries that run together. */
type Source = Board | 'rules' | 'runbooks';

/** Time range of the panels. */
const LOOK_BACK_SECONDS = 300;
/** Prometheus evaluates some rules every minute, and the budgets depend on them. */
const COVERED_WITHIN_MS = 150_000;
const TRUE_WITHIN_MS = 15_000;
const QUIET_WITHIN_MS = 60_000;

/** Drives the load, runs every query while some load continues, and compares figures after the load has ended. */
export async function verify(stand: Stand, say: (line: string) => void): Promise<Verification> {
  const { system, db, prometheus } = stand;
  const { simulator } = system;
  const client = createLoadClient(system, simulator.url);
  const load: LoadDeps = { client, simulator, db, say };
  await Promise.race([driveLoad(load), system.deaths.first]);

  const trickle = startTrickle(load);
  let coverage: CoverageRow[];
  try {
    coverage = await askUntilCovered(stand, say);
  } finally {
    await trickle.stop();
  }
  const faults = [
    ...(await askLoadedRules(prometheus)),
    ...checkNames(await scrapeProcesses(system)),
  ];

  say('waiting for the runs to end, and comparing their spans with the catalogue');
  await finishRuns(load);
  // Before runs that do not end: the spans of open runs are incomplete.
  const traces = await checkTraces(stand.collector);
  say('starting runs that wait, and comparing figures with rows, client, simulator and log');
  await leaveWaiting(load);
  const figures = await compareUntilTrue(stand, load);
  say('stopping a worker, and comparing the log records with the catalogue');
  await system.workers[1]!.stop();
  const logs = await checkLogs(stand.collector);
  system.deaths.check();
  return { coverage, faults, figures, traces, logs };
}

/** @returns one line per gap */
export function findGaps(
  { coverage, faults, figures, traces, logs }: Verification,
  declared = FILLED_BY_FAULTS,
): string[] {
  const uncovered = coverage
    .filter((row) => row.gap !== null && !mayBeEmpty(row))
    .map(
      ({ where, what, query, gap, promql }) => `${where}: ${what} (${query}): ${gap}: ${promql}`,
    );
  const unknown = declared
    .filter((one) => !coverage.some((row) => isDeclared(row, [one])))
    .map(
      ({ where, what, query }) =>
        `coverage/may-be-empty.ts lists a query that does not exist: ${where}: ${what} (${query})`,
    );
  const untrue = figures
    .filter((figure) => !isTrue(figure))
    .map(
      ({ what, prometheus, truth, witness }) =>
        `${what}: ${prometheus} in Prometheus, ${truth} by ${witness}`,
    );
  return [...uncovered, ...unknown, ...faults, ...traces.faults, ...logs.faults, ...untrue];
}

/** Repeats the queries of sources with a gap, because some series need time. */
async function askUntilCovered(stand: Stand, say: (line: string) => void): Promise<CoverageRow[]> {
  const rows = new Map<Source, CoverageRow[]>();
  const deadline = performance.now() + COVERED_WITHIN_MS;
  let open: readonly Source[] = [...readBoards(), 'rules', 'runbooks'];
  for (;;) {
    for (const source of open) rows.set(source, await askSource(source, stand));
    open = open.filter((source) =>
      rows.get(source)?.some((row) => row.gap !== null && !mayBeEmpty(row)),
    );
    const asked = [...rows.values()].flat();
    const gaps = asked.filter((row) => row.gap !== null && !mayBeEmpty(row));
    const first = gaps[0] ? `, the first is ${gaps[0].where}: ${gaps[0].what}` : '';
    say(`ran ${asked.length} queries, ${gaps.length} without data${first}`);
    if (open.length === 0 || performance.now() > deadline) return asked;
    await sleep(3000);
  }
}

function askSource(source: Source, { prometheus }: Stand): Promise<CoverageRow[]> {
  const now = Date.now() / 1000;
  if (source === 'rules') return askRules(prometheus, now);
  if (source === 'runbooks') return askRunbooks(prometheus, now);
  const range = lastSeconds(LOOK_BACK_SECONDS, now, SCRAPE_SECONDS);
  return askBoard(source, { prometheus, range, scrapeSeconds: SCRAPE_SECONDS });
}

async function finishRuns({ client, db }: LoadDeps): Promise<void> {
  await waitUntil('every run has ended', QUIET_WITHIN_MS, async () => {
    await client.decideAll();
    const { rows } = await db.query('select 1 from runs where finished_at is null limit 1');
    return rows.length === 0;
  });
}

/** Repeats until all figures are correct: Prometheus has recent events only after the next scrape. */
async function compareUntilTrue(
  { prometheus, db, collector }: Stand,
  { client, simulator }: LoadDeps,
): Promise<Figure[]> {
  const deadline = performance.now() + TRUE_WITHIN_MS;
  for (;;) {
    await sleep(2 * SCRAPE_SECONDS * 1000);
    const { byPath } = await simulator.calls();
    const modelCalls = (byPath['/v1/chat/completions'] ?? 0) + (byPath['/v1/messages'] ?? 0);
    const logRecords = collector.logRecords();
    const figures = await compare(prometheus, { db, client, modelCalls, logRecords });
    if (figures.every(isTrue) || performance.now() > deadline) return figures;
  }
}

import { INSPECTABLE } from '../../bench/profile/inspector.ts';
import { openDatabase } from '../../lib/database.ts';
import { startSystem } from '../../lib/system.ts';
import type { Figure, FigureGroup } from '../lib/figure.ts';
import type { Bench } from '../lib/run-figures.ts';
import { type IdleCost, measureIdleCost } from './idle-cost.ts';
import { park, warmUp } from './parked-runs.ts';

const WARM_UP_SHARE = 0.2;
/** Of memory: what a process takes is not the same twice. */
const GROWTH = 1.1;
/** Of CPU, a second: the clock of the kernel counts in tens, for each worker. */
const CPU_NOISE_MS = 10;
const QUERY_NOISE = 1;
/** So fast that a machine shared with others makes more of a difference. */
const FAST_QUERY_MS = 5;

interface Rule {
  default: number;
  least: number;
}

/** What the workers take with nothing to do, before and with runs that wait. */
export async function measureParking({
  servers,
  dataDir,
  searchPath,
  options: { runs, workers },
  say,
}: Bench<{ runs: Rule; workers: Rule }>): Promise<FigureGroup[]> {
  const db = openDatabase(servers.databaseUrl);
  const env = { PATH: searchPath, ...INSPECTABLE };
  const system = await startSystem({ ...servers, workers, dataDir, env });
  try {
    say('parking: warming up');
    await warmUp({ system, db }, Math.ceil(runs * WARM_UP_SHARE));
    const before = await measureIdleCost(system, dataDir);
    say(`parking: ${runs} runs are submitted`);
    const startedAt = performance.now();
    const parked = await park({ system, db }, runs);
    const seconds = (performance.now() - startedAt) / 1000;
    say(`parking: ${parked} runs wait after ${seconds.toFixed(0)} s`);
    const after = await measureIdleCost(system, dataDir);
    return [
      {
        title: `${workers} workers with nothing to do, over 10 s`,
        figures: list(before),
        notes: before.queries,
      },
      {
        title: `the same with ${parked} runs that wait`,
        figures: list(after, before),
        notes: after.queries,
      },
    ];
  } finally {
    await Promise.all([system.stop(), db.end()]);
  }
}

/** @param before sets the limits; without it there are none */
function list(cost: IdleCost, before?: IdleCost): Figure[] {
  const figures: [name: string, value: number, unit: string, most: number | undefined][] = [
    ['runs held', cost.runsHeld, '', 0],
    ['slots used', cost.slotsUsed, '', 0],
    ['jobs in BullMQ', cost.jobs, '', 0],
    ['heap in use', cost.heapMb, 'MB', before && before.heapMb * GROWTH],
    ['RSS', cost.rssMb, 'MB', before && before.rssMb * GROWTH],
    ['CPU a second', cost.cpuMs, 'ms', before && before.cpuMs + CPU_NOISE_MS],
    [
      'queries a second',
      cost.queriesPerSecond,
      '',
      before && before.queriesPerSecond * GROWTH + QUERY_NOISE,
    ],
    ['a query', cost.queryMs, 'ms', before && Math.max(2 * before.queryMs, FAST_QUERY_MS)],
  ];
  return figures.map(([name, value, unit, most]) => ({
    name,
    value,
    unit,
    ...(before && most !== undefined && { limit: { most } }),
  }));
}

/**
 * `npm run bench -- engine [--rounds N] [--steps N] [--workers N] [--clients N] [--json] [--profile]`:
 * steps per second of the shipped processes through the API, beside BullMQ flows, in one interleaved run.
 * `--profile` tells where the first worker's time goes, and runs AIO alone.
 */

import { reportError } from '@aio/stack/stack-error';
import { Redis } from 'ioredis';
import { readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../lib/database.ts';
import { interruption } from '../lib/interruption.ts';
import { type Options, readOptions } from '../lib/options.ts';
import { type OwnServers, programFolder, startOwnServers } from '../lib/own-servers.ts';
import { makeScratchFolder } from '../lib/scratch-folder.ts';
import { chain, diamond, fan } from '../lib/shapes.ts';
import { startSystem } from '../lib/system.ts';
import { createAioContender } from './engine/aio.ts';
import { startBullmqFlows } from './engine/bullmq-flows.ts';
import { holdContest, type Score } from './engine/contest.ts';
import { describeScores, type Settings } from './engine/report.ts';
import { INSPECTABLE } from './profile/inspector.ts';
import { profileShapes } from './profile/profile-shapes.ts';

const SHAPES = [
  { name: 'chain-50', shape: chain(50) },
  { name: 'fan-1-100-1', shape: fan(100) },
  { name: 'diamond', shape: diamond() },
];
/** The worker's default; BullMQ's workers get as many. */
const SLOTS = 64;

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { PATH: searchPath = '', AIO_DATA_DIR } = process.env;

const OPTIONS = {
  rounds: { default: 3, least: 3 },
  steps: { default: 10_000, least: 1 },
  workers: { default: 2, least: 1 },
  clients: { default: 32, least: 1 },
  json: 'flag',
  profile: 'flag',
} as const;
type BenchOptions = Options<typeof OPTIONS>;

try {
  await bench();
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}
// An interrupted bench still has requests on their way.
process.exit();

async function bench(): Promise<void> {
  const options = readOptions(process.argv.slice(2), OPTIONS);
  const dataDir = makeScratchFolder('bench');
  const programDir = programFolder(AIO_DATA_DIR);
  const servers = await startOwnServers({ dataDir, programDir, searchPath });
  try {
    if (options.profile) return await profile(servers, dataDir, options);
    const scores = await measure(servers, dataDir, options);
    const settings = await describeSettings(servers, options);
    if (options.json) console.log(JSON.stringify({ settings, scores }, null, 2));
    else for (const line of describeScores(scores, settings)) console.log(line);
  } finally {
    await servers.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measure(
  { databaseUrl, redisUrl }: OwnServers,
  dataDir: string,
  options: BenchOptions,
): Promise<Score[]> {
  const db = openDatabase(databaseUrl);
  const env = { PATH: searchPath, WORKER_SLOTS: String(SLOTS) };
  const system = await startSystem({ ...options, databaseUrl, redisUrl, dataDir, env });
  const flows = await startBullmqFlows({ ...options, redisUrl, concurrency: SLOTS });
  try {
    const aio = createAioContender({ api: system.api, db }, options);
    const say = (line: string) => console.error(line);
    const contest = holdContest([aio, flows], SHAPES, { ...options, say });
    return await Promise.race([contest, interruption()]);
  } finally {
    await Promise.all([flows.stop(), system.stop(), db.end()]);
  }
}

async function profile(
  { databaseUrl, redisUrl }: OwnServers,
  dataDir: string,
  options: BenchOptions,
): Promise<void> {
  const db = openDatabase(databaseUrl);
  const env = { PATH: searchPath, WORKER_SLOTS: String(SLOTS), ...INSPECTABLE };
  const system = await startSystem({ ...options, databaseUrl, redisUrl, dataDir, env });
  const [worker] = system.workers;
  try {
    const aio = createAioContender({ api: system.api, db }, options);
    const logFile = join(dataDir, `logs/${worker?.name}.log`);
    const lines = profileShapes(aio, SHAPES, { ...options, pid: worker?.pid ?? 0, logFile });
    await Promise.race([lines, interruption()]);
  } finally {
    await Promise.all([system.stop(), db.end()]);
  }
}

async function describeSettings(
  { postgresVersion, redisUrl }: OwnServers,
  options: BenchOptions,
): Promise<Settings> {
  const redis = new Redis(redisUrl);
  const info = await redis.info('server');
  redis.disconnect();
  return {
    machine: `${availableParallelism()} cores, all processes on them`,
    versions: `Node.js ${process.versions.node}, PostgreSQL ${postgresVersion}, Redis ${/redis_version:(\S+)/.exec(info)?.[1]}, BullMQ ${readBullmqVersion()}`,
    durability: 'PostgreSQL fsync on; Redis append-only file, fsync every second',
    rounds: options.rounds,
    'steps per round': `about ${options.steps} of each shape, that do nothing`,
    workers: `${options.workers} processes for each, ${SLOTS} steps at once in each`,
    submission: `AIO: one HTTP request a run, ${options.clients} at once; BullMQ: FlowProducer.addBulk, 50 flows a command`,
    flows: 'BullMQ flows are trees: a step with several dependants hangs under one of them',
  };
}

function readBullmqVersion(): string {
  const file = new URL('package.json', import.meta.resolve('bullmq/package.json'));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

import type { Game, GameEvent, GameFault, GameVerdict } from '@aio/catalog/game-days';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GameDaysClient } from './client.ts';

interface Table {
  client: GameDaysClient;
  say(line: string): void;
  /** Mends, and ends. */
  signal: AbortSignal;
}

const LOOK_EVERY_MS = 2000;
const MINUTE_MS = 60_000;
/** A whole afternoon of games. */
const TRAFFIC_MINUTES = 120;

/**
 * Neighbours share no alert. Faults that burn a budget come last, because the hours after them are not like any other.
 */
const ORDER = [
  'slow-service',
  'llm-rate-limits',
  'frozen-worker',
  'one-workflow-fails',
  'redis-pauses',
  'llm-errors',
  'killed-worker',
  'database-pauses',
  'flood',
  'frozen-database',
  'no-worker',
];

/** @returns whether every promise was kept; faults that cannot run here do not count */
export async function playAll(table: Table): Promise<boolean> {
  await table.client.setTraffic(TRAFFIC_MINUTES);
  try {
    await passTraffic(table);
    return await playEach(table);
  } finally {
    await table.client.setTraffic(0);
  }
}

async function passTraffic({ client, say, signal }: Table): Promise<void> {
  while (!signal.aborted) {
    const { missingMinutes } = (await client.list()).traffic;
    if (missingMinutes === 0) return;
    say(`traffic: ${missingMinutes} min to go`);
    await pause(MINUTE_MS, signal);
  }
}

async function playEach(table: Table): Promise<boolean> {
  const { client, say, signal } = table;
  const { faults } = await client.list();
  const unordered = faults.map(({ name }) => name).filter((name) => !ORDER.includes(name));
  const results: string[] = [];
  let isKept = true;
  for (const name of [...ORDER, ...unordered]) {
    if (signal.aborted) return false;
    const fault = faults.find((one) => one.name === name);
    if (fault?.unavailable) results.push(`${name}: skipped, ${fault.unavailable}`);
    else {
      const verdict = await play(name, table);
      isKept &&= verdict?.isKept ?? false;
      results.push(`${name}: ${verdict ? summarize(verdict) : 'no verdict'}`);
    }
  }
  for (const line of ['', ...results]) say(line);
  return isKept;
}

export async function playOne(name: string, table: Table): Promise<boolean> {
  return (await play(name, table))?.isKept ?? false;
}

async function play(name: string, { client, say, signal }: Table): Promise<GameVerdict | null> {
  const { faults, traffic, undelivered } = await client.list();
  let game = await client.start(name);
  const fault = faults.find((one) => one.name === name);
  if (fault) describePromise(fault).forEach((line) => say(line));
  if (traffic.missingMinutes > 0)
    say(
      `  careful      ${traffic.missingMinutes} min of traffic are missing: other alerts may fire`,
    );
  if (undelivered) say(`  delivery     not seen: ${undelivered}`);
  const shown = new Set<string>();
  let isStopped = false;
  while (game.state !== 'ended') {
    if (signal.aborted && !isStopped) {
      isStopped = true;
      say('  mends');
      await client.stop();
    }
    await pause(LOOK_EVERY_MS, isStopped ? undefined : signal);
    await client.watching().catch(() => {});
    game = await client.show();
    for (const event of game.line.filter((one) => !shown.has(keyOf(one)))) {
      shown.add(keyOf(event));
      say(describeEvent(event, game));
    }
  }
  const { verdict } = game;
  if (verdict) describeVerdict(verdict).forEach((line) => say(line));
  return verdict;
}

/** An alert that fires again resolves later. */
function keyOf({ kind, what }: GameEvent): string {
  return `${kind} ${what}`;
}

function describePromise({ name, what, promise }: GameFault): string[] {
  return [
    `${name}: ${what}`,
    ...promise.alerts.map(
      ({ alert, severity, withinSeconds }) =>
        `  promise      ${alert} (${severity}) fires within ${withinSeconds} s`,
    ),
    `  may fire     ${promise.mayFire.join(', ') || 'no other'}`,
    `  users        ${promise.users}`,
    `  AIO          ${promise.engine}`,
  ];
}

function describeEvent({ kind, seconds, what }: GameEvent, { wrong }: Game): string {
  const isWrong = kind === 'firing' && wrong.includes(what) ? '  WRONG: not promised' : '';
  return `  ${`${seconds.toFixed(1)} s`.padStart(8)}  ${kind.padEnd(11)}  ${what}${isWrong}`;
}

function describeVerdict(verdict: GameVerdict): string[] {
  return [
    `  verdict      ${summarize(verdict)}`,
    ...verdict.misses.map((miss) => `  missed       ${miss}`),
    ...verdict.skipped.map((what) => `  not seen     ${what}`),
    ...verdict.links.map(({ what, path }) => `  ${what.padEnd(11)}  ${path}`),
  ];
}

function summarize({ isKept, detect, deliver, recover, ...rows }: GameVerdict): string {
  const show = (seconds: number | null) => (seconds === null ? '-' : `${seconds} s`);
  return [
    isKept ? 'kept' : 'not kept',
    `detected ${show(detect)}, delivered ${show(deliver)}, recovered ${show(recover)}`,
    `${rows.accepted} runs accepted, ${rows.lost} lost, ${rows.doubled} doubled`,
  ].join('; ');
}

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

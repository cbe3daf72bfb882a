import type { Run, RunTime } from '../../shared/api.ts';
import { type Cost, describeCost } from '../format/amount.ts';
import { formatDuration } from '../format/duration.ts';

/** The parts of a run's time, in drawing order. */
export const TIME_PARTS = [
  'queue',
  'llm',
  'http',
  'other',
  'backoff',
  'delay',
  'approval',
  'event',
  'child',
  'engine',
] as const;
export type TimePart = (typeof TIME_PARTS)[number];

export const TIME_NAMES: Record<TimePart, string> = {
  queue: 'Queues',
  llm: 'LLM',
  http: 'HTTP',
  other: 'Other work',
  backoff: 'Retry back-off',
  delay: 'Delay',
  approval: 'Approval',
  event: 'Event',
  child: 'Child run',
  engine: 'Engine',
};

/** The waits of the sentence: `3 s in queues`. */
const WAITS: Partial<Record<TimePart, string>> = {
  queue: 'in queues',
  backoff: 'of retry back-off',
  delay: 'of delay',
  event: 'waiting for an event',
  child: 'waiting for a child run',
  approval: 'waiting for approval',
};
/** The sentence leaves out waits below this share of the run. */
const WORTH_SAYING = 0.02;

/** The parts that took time, with their share of the whole. Unknown classes count as `other`. */
export function partsOf(time: Pick<RunTime, 'byClass' | 'totalMs'>): {
  part: TimePart;
  ms: number;
  share: number;
}[] {
  const sums = new Map<TimePart, number>();
  for (const [name, ms] of Object.entries(time.byClass)) {
    const part = TIME_PARTS.find((known) => known === name) ?? 'other';
    sums.set(part, (sums.get(part) ?? 0) + ms);
  }
  return TIME_PARTS.filter((part) => (sums.get(part) ?? 0) > 0).map((part) => {
    const ms = sums.get(part)!;
    return { part, ms, share: time.totalMs === 0 ? 0 : ms / time.totalMs };
  });
}

/** Of these, the end changes the state of a run that only waits. Work and queues end unnoticed. */
export const LONG_WAITS: ReadonlySet<string> = new Set(['delay', 'approval', 'event', 'child']);

/**
 * The time of a run at `nowMs`. While the run waits, the wait grows. Otherwise the time is as the API answered it,
 * because what went on then may be over.
 */
export function timeAt(time: RunTime, nowMs: number, status: Run['status']): RunTime {
  const { last } = time;
  if (time.isOver || status !== 'waiting' || !LONG_WAITS.has(last)) return time;
  const sinceMs = Math.max(0, nowMs - Date.parse(time.to));
  const byClass = { ...time.byClass, [last]: (time.byClass[last] ?? 0) + sinceMs };
  return { ...time, byClass, totalMs: time.totalMs + sinceMs };
}

/**
 * Where a run's time went, in one sentence: `12 m 25 s: 12 m 24 s waiting for approval by
 * ada@example.com, 300 ms of work, $0.00001`.
 * @param cost null = no model was called
 */
export function describeTime(time: RunTime, cost: Cost | null): string {
  const parts = partsOf(time);
  const isWorth = ({ share }: { share: number }): boolean => share >= WORTH_SAYING;
  const waits = parts
    .filter((one) => one.part in WAITS && isWorth(one))
    .toSorted((a, b) => b.ms - a.ms)
    .map(({ part, ms }) => describeWaiting(time, part, ms));
  const work = parts
    .filter(({ part }) => !(part in WAITS) && part !== 'engine')
    .reduce((sum, { ms }) => sum + ms, 0);
  const engine = parts.filter((one) => one.part === 'engine' && isWorth(one));
  const said = [
    ...waits,
    ...(work > 0 ? [`${formatDuration(work)} of work`] : []),
    ...engine.map(({ ms }) => `${formatDuration(ms)} in the engine`),
    ...(cost === null ? [] : [describeCost(cost)]),
  ];
  return time.isOver
    ? `${formatDuration(time.totalMs)}: ${said.join(', ')}`
    : `${formatDuration(time.totalMs)} so far: ${said.join(', ')}`;
}

function describeWaiting(time: RunTime, part: TimePart, ms: number): string {
  const spent = `${formatDuration(ms)} ${WAITS[part]}`;
  const people = part === 'approval' ? [...new Set(time.decisions.map(({ by }) => by))] : [];
  return people.length === 0 ? spent : `${spent} by ${people.join(', ')}`;
}

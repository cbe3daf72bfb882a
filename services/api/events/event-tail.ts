import type { RunEvent } from './run-event.ts';

/** The latest events of a run, in memory for all streams that follow it. */
export interface EventTail {
  /** The tail holds all events with numbers in (start, end]. */
  readonly start: number;
  readonly end: number;
  /** Events after `seq`; undefined = the tail starts later. */
  after(seq: number): RunEvent[] | undefined;
  /** @param upTo the run has no other events up to this number */
  append(events: readonly RunEvent[], upTo: number): void;
}

export function createEventTail(start: number, maxEvents: number): EventTail {
  let kept: RunEvent[] = [];
  const range = { start, end: start };
  return {
    get start() {
      return range.start;
    },
    get end() {
      return range.end;
    },
    after(seq) {
      return seq < range.start ? undefined : kept.filter((event) => event.seq > seq);
    },
    append(events, upTo) {
      kept.push(...events);
      range.end = Math.max(range.end, upTo, events.at(-1)?.seq ?? 0);
      const dropped = kept.slice(0, -maxEvents).at(-1);
      if (dropped === undefined) return;
      range.start = dropped.seq;
      kept = kept.slice(-maxEvents);
    },
  };
}

/**
 * Two ways to ask the database once for many callers: `createBatch` joins different items into one statement, and
 * `askTogether` gives callers with the same question one answer. One function for both would need a switch for each
 * difference: a question has no statement to wait for, and its query stays in the trace of the first caller.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { isUnavailable } from './postgres/database-error.ts';

export interface BatchOptions<Item, Answer> {
  /** Sends one statement. Returns the answers in the order of the items. */
  ask: (items: readonly Item[]) => Promise<readonly Answer[]>;
  /** Most items in one statement. */
  most: number;
  /** A statement is full when its items weigh this much. The last item may exceed it. Default: no limit. */
  mostWeight?: number;
  weigh?: (item: Item) => number;
}

/** Waits for its place in a statement. */
export interface BatchMember<Item, Answer> {
  /**
   * Of members with the same key, one waits: adding another changes nothing. A key is in one statement at a time. Default:
   * the member itself.
   */
  key?: unknown;
  /** Called when the statement is formed, so that it has the newest state. null = leave this member out. */
  take: () => Item | null;
  /** Called before the key is in the next statement, and so is `failed`. */
  answered: (answer: Answer) => void;
  /** Called if the database is unavailable, or refuses this very item. */
  failed: (error: unknown, item: Item) => void;
}

export interface Batch<Item, Answer> {
  /** @throws AioError `unavailable`, or the database's reason to refuse this very item */
  send(item: Item): Promise<Answer>;
  add(member: BatchMember<Item, Answer>): void;
  /** Resolves when no member waits, and no statement is under way. */
  idle(): Promise<void>;
}

/** Two statements in flight keep the connection busy while the next batch gathers. */
const STATEMENTS_IN_FLIGHT = 2;

/**
 * Collects what one turn of the event loop wants to send into one statement; at most two statements are in flight. There
 * is no timer: an idle process sends one item, a busy one as many as have gathered. The database may refuse a statement:
 * its halves are sent, until the bad item is alone. A statement serves many callers, so it is in the trace of none.
 */
export function createBatch<Item, Answer>(
  options: BatchOptions<Item, Answer>,
): Batch<Item, Answer> {
  const { ask, most, mostWeight = Infinity, weigh = () => 0 } = options;
  type Member = BatchMember<Item, Answer>;
  type Taken = { key: unknown; member: Member; item: Item };

  /** By key, in the order of arrival. */
  const waiting = new Map<unknown, Member>();
  const keysInFlight = new Set<unknown>();
  let inFlight = 0;
  let isScheduled = false;
  let whenIdle: (() => void)[] = [];
  const outsideTraces = AsyncLocalStorage.snapshot();

  function flush(): void {
    isScheduled = false;
    while (inFlight < STATEMENTS_IN_FLIGHT) {
      const batch = takeBatch();
      if (batch.length === 0) break;
      inFlight++;
      void send(batch).finally(() => {
        inFlight--;
        for (const { key } of batch) keysInFlight.delete(key);
        flush();
      });
    }
    if (!isIdle()) return;
    for (const resolve of whenIdle) resolve();
    whenIdle = [];
  }

  function takeBatch(): Taken[] {
    const batch: Taken[] = [];
    let weight = 0;
    for (const [key, member] of waiting) {
      if (batch.length === most || weight >= mostWeight) break;
      if (keysInFlight.has(key)) continue;
      waiting.delete(key);
      const item = member.take();
      if (item === null) continue;
      keysInFlight.add(key);
      batch.push({ key, member, item });
      weight += weigh(item);
    }
    return batch;
  }

  async function send(batch: readonly Taken[]): Promise<void> {
    let answers: readonly Answer[];
    try {
      answers = await ask(batch.map(({ item }) => item));
    } catch (error) {
      if (batch.length > 1 && !isUnavailable(error)) return sendApart(batch);
      for (const { member, item } of batch) member.failed(error, item);
      return;
    }
    for (const [index, { member }] of batch.entries()) member.answered(answers[index]!);
  }

  async function sendApart(batch: readonly Taken[]): Promise<void> {
    const half = Math.ceil(batch.length / 2);
    await send(batch.slice(0, half));
    await send(batch.slice(half));
  }

  function add(member: Member): void {
    const { key = member } = member;
    if (!waiting.has(key)) waiting.set(key, member);
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => outsideTraces(flush));
  }

  const isIdle = () => inFlight === 0 && waiting.size === 0;
  return {
    add,
    send: (item) => new Promise((answered, failed) => add({ take: () => item, answered, failed })),
    idle: () => new Promise((resolve) => (isIdle() ? resolve() : whenIdle.push(resolve))),
  };
}

interface Asked<Answer> {
  answer: Promise<Answer>;
  next: Promise<Answer> | null;
}

/**
 * Shares one call of `ask` among concurrent callers: 500 first submissions made 1,000 queries for 20 connections. A caller
 * that arrives during a call shares the next one, because the current answer may be older than the change that it has just
 * seen.
 */
export function askTogether<Answer, Key = string>(
  ask: (key: Key) => Promise<Answer>,
): (key: Key) => Promise<Answer> {
  const underWay = new Map<Key, Asked<Answer>>();

  function start(key: Key): Promise<Answer> {
    const asked: Asked<Answer> = { answer: ask(key), next: null };
    underWay.set(key, asked);
    const end = () => {
      if (asked.next === null) underWay.delete(key);
    };
    asked.answer.then(end, end);
    return asked.answer;
  }

  return (key) => {
    const asked = underWay.get(key);
    if (asked === undefined) return start(key);
    const again = () => start(key);
    return (asked.next ??= asked.answer.then(again, again));
  };
}

/** Something that asks to be executed. */
export interface SlotRequest {
  readonly workflowId: string;
  readonly lane: string;
  /** true = with nothing else beside it. */
  readonly alone: boolean;
  /** true = it has begun, by its row: nothing that waits goes before it. */
  readonly begun?: boolean;
  /** Called once, when it has its slot. */
  start(): void;
}

/**
 * Slots: how many steps a worker executes at once, given out round robin over the lanes and, within
 * a lane, over workflows. A lane that the worker does not serve only queues.
 */
export interface Slots {
  /** Starts it as soon as a slot is free, at once if one is (true), later if not (false). */
  request(request: SlotRequest): boolean;
  /** Takes a request back that has not started; false = it was not waiting. */
  withdraw(request: SlotRequest): boolean;
  /** Gives a slot back; the next request starts. */
  release(request: SlotRequest): void;
  /** Keeps so many, of those that are free in each of the lanes, for what is being fetched. */
  keep(lanes: readonly string[], slots: number): KeptSlots;
  /** Starts nothing of these lanes (paused) or of any (`'all'`: the worker stops) until told otherwise. */
  hold(lanes: ReadonlySet<string> | 'all'): void;
  serves(lane: string): boolean;
  /** It is held. */
  isPaused(lane: string): boolean;
  used(): number;
  /** Steps of the lane that would start at once. */
  free(lane: string): number;
  /** The same, of workflows that hold no slot. */
  freeForNewcomers(lane: string): number;
  /** Workflows that hold a slot. */
  workflows(): string[];
  /** Requests that wait, oldest last: the order in which they had better be given away. */
  waiting(lane: string): SlotRequest[];
  /** Of those that have not begun. */
  isAnyWaiting(): boolean;
}

/** Nobody else is given them while something is fetched for them. */
export interface KeptSlots {
  /** It starts in one of them, whatever was held or asked for in the meantime; false = none is left. */
  start(request: SlotRequest): boolean;
  /** Gives back those that are left; the next requests start. */
  release(): void;
}

/** Workflows that hold no slot find one even when others have taken all: this part of the total. */
const KEPT_FOR_NEWCOMERS = 1 / 8;

export function createSlots(options: {
  total: number;
  /** Lanes with their own limit, if they have one; others are not served. null = all are, without limit. */
  lanes: ReadonlyMap<string, number | null> | null;
}): Slots {
  const { total, lanes } = options;
  const kept = Math.ceil(total * KEPT_FOR_NEWCOMERS);
  // A Map keeps insertion order: what was served is moved to the end.
  const queues = new Map<string, Map<string, Set<SlotRequest>>>();
  const lonely = new Set<SlotRequest>();
  const begun = new Set<SlotRequest>();
  const usedByLane = new Map<string, number>();
  const usedByWorkflow = new Map<string, number>();
  let used = 0;
  /** Of these, kept for what is being fetched: nothing runs in them. */
  let fetching = 0;
  let held: ReadonlySet<string> | 'all' = new Set<string>();
  let isAlone = false;
  let granting = false;

  const serves = (lane: string) => lanes === null || lanes.has(lane);
  const isHeld = (lane: string) => held === 'all' || held.has(lane);

  function isOpen(lane: string): boolean {
    const limit = lanes?.get(lane) ?? Infinity;
    return serves(lane) && !isHeld(lane) && (usedByLane.get(lane) ?? 0) < limit;
  }

  /** Somebody has all the slots, or waits until it can have them. */
  function isTaken(): boolean {
    return isAlone || [...lonely].some((request) => isOpen(request.lane));
  }

  function hasRoomFor(workflowId: string): boolean {
    if (isTaken()) return false;
    return used < total || (used < total + kept && !usedByWorkflow.has(workflowId));
  }

  function countFree(lane: string, most: number): number {
    if (!isOpen(lane) || isTaken()) return 0;
    const limit = lanes?.get(lane) ?? Infinity;
    return Math.max(0, Math.min(most - used, limit - (usedByLane.get(lane) ?? 0)));
  }

  function count(request: SlotRequest, by: 1 | -1): void {
    used += by;
    add(usedByLane, request.lane, by);
    add(usedByWorkflow, request.workflowId, by);
  }

  function countFetching(lanes: readonly string[], by: number): void {
    used += by;
    fetching += by;
    for (const lane of lanes) add(usedByLane, lane, by);
  }

  function begin(request: SlotRequest): void {
    isAlone = request.alone;
    count(request, 1);
    request.start();
  }

  function grant(): void {
    // A start that gives its slot back at once comes here again: the loop that called it goes on.
    if (granting) return;
    granting = true;
    try {
      for (let next = takeNext(); next; next = takeNext()) begin(next);
    } finally {
      granting = false;
    }
  }

  function takeNext(): SlotRequest | undefined {
    if (isAlone) return undefined;
    for (const request of used < total ? begun : []) {
      if (!isOpen(request.lane)) continue;
      begun.delete(request);
      return request;
    }
    for (const request of lonely) {
      if (!isOpen(request.lane)) continue;
      if (used > 0) return undefined;
      lonely.delete(request);
      return request;
    }
    for (const [lane, queue] of queues) {
      if (!isOpen(lane)) continue;
      for (const [workflowId, requests] of queue) {
        if (!hasRoomFor(workflowId)) {
          if (used >= total + kept) return undefined;
          continue;
        }
        const [request] = requests;
        take(request!);
        const rest = queue.get(workflowId);
        if (rest) moveToEnd(queue, workflowId, rest);
        if (queues.has(lane)) moveToEnd(queues, lane, queue);
        return request;
      }
    }
    return undefined;
  }

  function take(request: SlotRequest): boolean {
    if (lonely.delete(request) || begun.delete(request)) return true;
    const queue = queues.get(request.lane);
    const requests = queue?.get(request.workflowId);
    if (!requests?.delete(request)) return false;
    if (requests.size === 0) queue!.delete(request.workflowId);
    if (queue!.size === 0) queues.delete(request.lane);
    return true;
  }

  return {
    request(request) {
      if (!request.alone && isOpen(request.lane) && hasRoomFor(request.workflowId)) {
        begin(request);
        return true;
      }
      if (request.begun) begun.add(request);
      else if (request.alone && serves(request.lane)) lonely.add(request);
      else enqueue(queues, request);
      grant();
      return !isWaiting(request);
    },
    withdraw: take,
    release(request) {
      count(request, -1);
      if (request.alone) isAlone = false;
      grant();
    },
    keep(lanes, slots) {
      let left = slots;
      countFetching(lanes, left);
      return {
        start(request) {
          if (left === 0) return false;
          left -= 1;
          countFetching(lanes, -1);
          begin(request);
          return true;
        },
        release() {
          countFetching(lanes, -left);
          left = 0;
          grant();
        },
      };
    },
    hold(next) {
      held = next;
      grant();
    },
    serves,
    isPaused: isHeld,
    used: () => used - fetching,
    free: (lane) => countFree(lane, total),
    freeForNewcomers: (lane) => countFree(lane, total + kept),
    workflows: () => [...usedByWorkflow.keys()],
    waiting: (lane) =>
      [...(queues.get(lane)?.values() ?? [])].flatMap((requests) => [...requests]).reverse(),
    isAnyWaiting: () => queues.size + lonely.size > 0,
  };

  function isWaiting(request: SlotRequest): boolean {
    return (
      lonely.has(request) ||
      begun.has(request) ||
      (queues.get(request.lane)?.get(request.workflowId)?.has(request) ?? false)
    );
  }
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const next = (counts.get(key) ?? 0) + by;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}

function enqueue(queues: Map<string, Map<string, Set<SlotRequest>>>, request: SlotRequest): void {
  let queue = queues.get(request.lane);
  if (!queue) queues.set(request.lane, (queue = new Map()));
  let requests = queue.get(request.workflowId);
  if (!requests) queue.set(request.workflowId, (requests = new Set()));
  requests.add(request);
}

function moveToEnd<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.delete(key);
  map.set(key, value);
}

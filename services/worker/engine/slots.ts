/** Slots: how many steps a worker executes at once, given out round robin over workflows. */
export interface Slots {
  /** Calls `start` as soon as a slot is free, at once if one is (true), later if not (false). */
  request(workflowId: string, start: () => void): boolean;
  /** Takes a request back that has not started. */
  withdraw(workflowId: string, start: () => void): void;
  /** Gives a slot back; the next request starts. */
  release(): void;
  /** Holds all requests back (paused, draining) or lets them go on. */
  hold(held: boolean): void;
  used(): number;
}

export function createSlots(total: number): Slots {
  // A Map keeps insertion order: the workflow served is moved to the end.
  const queues = new Map<string, Set<() => void>>();
  let used = 0;
  let held = false;
  let granting = false;

  function grant(): void {
    // A start that gives its slot back at once comes here again: the loop that called it goes on.
    if (granting) return;
    granting = true;
    try {
      grantAll();
    } finally {
      granting = false;
    }
  }

  function grantAll(): void {
    while (!held && used < total) {
      const next = queues.entries().next();
      if (next.done) return;
      const [workflowId, queue] = next.value;
      const [start] = queue;
      queue.delete(start!);
      queues.delete(workflowId);
      if (queue.size > 0) queues.set(workflowId, queue);
      used++;
      start!();
    }
  }

  return {
    request(workflowId, start) {
      if (!held && used < total) {
        used++;
        start();
        return true;
      }
      let queue = queues.get(workflowId);
      if (!queue) queues.set(workflowId, (queue = new Set()));
      queue.add(start);
      return false;
    },
    withdraw(workflowId, start) {
      const queue = queues.get(workflowId);
      queue?.delete(start);
      if (queue?.size === 0) queues.delete(workflowId);
    },
    release() {
      used--;
      grant();
    },
    hold(next) {
      held = next;
      grant();
    },
    used: () => used,
  };
}

/**
 * Keeps a step that may kill the process apart: it waits until nothing else is executed here, and all that comes
 * waits until it has ended.
 */
export interface Gate {
  /** Resolves when the caller may begin; call what it answers at the end. */
  enter(alone: boolean): Promise<() => void>;
}

export function createGate(): Gate {
  /** Those that have entered, and the last that is alone; the next that is alone waits for all of them. */
  let open = new Set<Promise<void>>();
  let lastAlone: Promise<void> = Promise.resolve();
  let isTaken = false;

  return {
    async enter(alone) {
      const { promise: over, resolve: leave } = Promise.withResolvers<void>();
      if (!alone) {
        while (isTaken) await lastAlone;
        open.add(over);
        return () => {
          open.delete(over);
          leave();
        };
      }
      const before = [...open, lastAlone];
      open = new Set();
      lastAlone = over;
      isTaken = true;
      await Promise.all(before);
      return () => {
        if (lastAlone === over) isTaken = false;
        leave();
      };
    },
  };
}

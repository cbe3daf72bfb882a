/**
 * Isolates a step that may kill the process. It waits until nothing else is executed here, and later steps wait until it
 * has ended.
 */
export interface Gate {
  /** Resolves when the caller may start. Call the returned function at the end. */
  enter(alone: boolean): Promise<() => void>;
}

export function createGate(): Gate {
  /** Steps that have entered. The next isolated step waits for them and for the last isolated one. */
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

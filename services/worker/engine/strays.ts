/**
 * Finds claims whose answer was lost: rows name this worker, but its memory does not know them. `onStray` gets a claim at
 * the second heartbeat that finds it, because a claim under way looks the same for a moment.
 */
export function createStrays<Key>(
  idOf: (key: Key) => string,
  onStray: (keys: readonly Key[]) => void,
): {
  /** @param found unknown claims of one heartbeat */
  check(found: readonly Key[]): void;
} {
  let before = new Set<string>();
  return {
    check(found) {
      const again = found.filter((key) => before.has(idOf(key)));
      before = new Set(found.map(idOf));
      if (again.length > 0) onStray(again);
    },
  };
}

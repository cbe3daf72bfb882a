/**
 * What is this worker's by the rows and not in its memory: the answer to its claim was lost. It is let go once it was
 * found twice, since what is just being claimed looks the same for a moment.
 */
export function createStrays<Key>(
  idOf: (key: Key) => string,
  letGo: (keys: readonly Key[]) => void,
): {
  /** Of one heartbeat. */
  check(found: readonly Key[]): void;
} {
  let before = new Set<string>();
  return {
    check(found) {
      const again = found.filter((key) => before.has(idOf(key)));
      before = new Set(found.map(idOf));
      if (again.length > 0) letGo(again);
    },
  };
}

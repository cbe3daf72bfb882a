/**
 * Calls `look` now, and again about `everyMs` after each end. The pause is random by 25 %, so that workers do not look at
 * the same moment.
 * @returns stops, and waits for the call under way
 */
export function repeat(
  everyMs: number,
  look: () => Promise<unknown>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let isStopped = false;
  let current: Promise<unknown> = Promise.resolve();
  const begin = () => {
    current = look()
      .catch(onError)
      .finally(() => {
        if (!isStopped) timer = setTimeout(begin, everyMs * (0.75 + Math.random() / 2));
      });
  };
  let timer = setTimeout(begin);
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await current;
  };
}

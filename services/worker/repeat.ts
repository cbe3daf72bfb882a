/**
 * Calls `look` again and again, the first time at once, with about `everyMs` between its end and the next call: a random
 * part keeps the workers from looking all at the same moment.
 * @returns ends it, and waits for the call that is under way
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

/**
 * The result of `work`; undefined = it took longer than `ms`, and continues. Uses no AbortSignal: aborting one costs as
 * much as publishing a change.
 */
export async function within<Value>(work: Promise<Value>, ms: number): Promise<Value | undefined> {
  let late: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    late = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(late));
}

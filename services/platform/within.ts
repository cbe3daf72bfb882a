/**
 * What `work` comes to, if it does so in time; undefined = it took longer, and goes on. Not by an
 * AbortSignal: to abort one costs as much as to ring.
 */
export async function within<Value>(work: Promise<Value>, ms: number): Promise<Value | undefined> {
  let late: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    late = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(late));
}

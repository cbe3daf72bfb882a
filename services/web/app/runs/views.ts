export type BuiltInView = 'all' | 'runningNow' | 'failedToday' | 'startedByMe';

/** Queries of the page's address. */
export function builtInViews(
  nowMs: number,
  me: string,
): Record<BuiltInView, Record<string, string>> {
  const midnight = new Date(nowMs).setHours(0, 0, 0, 0);
  return {
    all: {},
    runningNow: { status: 'running' },
    failedToday: { status: 'failed', from: new Date(midnight).toISOString() },
    startedByMe: { owner: me },
  };
}

export function isSameQuery(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}

/** Named filters. The browser keeps each person's own. */
export interface RunsView {
  name: string;
  /** The query of the page's address. */
  query: Record<string, string>;
}

export type BuiltInView = 'all' | 'runningNow' | 'failedToday' | 'startedByMe';

/** Views for everyone; `runs.views.<key>` names them. */
export function builtInViews(nowMs: number, me: string): Record<BuiltInView, RunsView['query']> {
  const midnight = new Date(nowMs).setHours(0, 0, 0, 0);
  return {
    all: {},
    runningNow: { status: 'running' },
    failedToday: { status: 'failed', from: new Date(midnight).toISOString() },
    startedByMe: { owner: me },
  };
}

export function isSameQuery(one: RunsView['query'], other: RunsView['query']): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}

/** Adds a view, or replaces the one with its name. `oldName` is the name before a rename. */
export function withView(
  views: readonly RunsView[],
  view: RunsView,
  oldName = view.name,
): RunsView[] {
  const others = views.filter(({ name }) => name !== view.name || name === oldName);
  const at = others.findIndex(({ name }) => name === oldName);
  return at === -1 ? [...others, view] : others.with(at, view);
}

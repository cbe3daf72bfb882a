/** A name for filters; the browser keeps those of a person. */
export interface RunsView {
  name: string;
  /** As in the page's address. */
  query: Record<string, string>;
}

export type BuiltInView = 'all' | 'runningNow' | 'failedToday' | 'startedByMe';

/** Views that everybody has; their names are `runs.views.<key>`. */
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

/** With this view, in place of one with the same name; `oldName` is that of a view that is renamed. */
export function withView(
  views: readonly RunsView[],
  view: RunsView,
  oldName = view.name,
): RunsView[] {
  const others = views.filter(({ name }) => name !== view.name || name === oldName);
  const at = others.findIndex(({ name }) => name === oldName);
  return at === -1 ? [...others, view] : others.with(at, view);
}

interface Tab<Name extends string> {
  name: Name;
  icon: string;
}

/** The views of a run; their labels are `run.<name>`. */
export const RUN_TABS = [
  { name: 'timeline', icon: 'i-lucide-chart-gantt' },
  { name: 'graph', icon: 'i-lucide-workflow' },
  { name: 'trace', icon: 'i-lucide-route' },
  { name: 'logs', icon: 'i-lucide-text' },
  { name: 'inputOutput', icon: 'i-lucide-arrow-right-left' },
  { name: 'definition', icon: 'i-lucide-file-code' },
  { name: 'events', icon: 'i-lucide-history' },
] as const;

export type RunTab = (typeof RUN_TABS)[number]['name'];

/** The views of a workflow; their labels are `workflows.<name>`. */
export const WORKFLOW_TABS = [
  { name: 'start', icon: 'i-lucide-play' },
  { name: 'runs', icon: 'i-lucide-list-tree' },
  { name: 'graph', icon: 'i-lucide-workflow' },
  { name: 'figures', icon: 'i-lucide-chart-column' },
  { name: 'versions', icon: 'i-lucide-history' },
  { name: 'definition', icon: 'i-lucide-file-code' },
] as const;

/** The view that the address names; the first by default. */
export function tabOf<Name extends string>(
  tabs: readonly [Tab<Name>, ...Tab<Name>[]],
  name: unknown,
): Name {
  return (tabs.find((tab) => tab.name === name) ?? tabs[0]).name;
}

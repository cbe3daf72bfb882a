interface Tab<Name extends string> {
  name: Name;
  label: string;
  icon: string;
}

/** The views of a run. */
export const RUN_TABS = [
  { name: 'timeline', label: 'Timeline', icon: 'i-lucide-chart-gantt' },
  { name: 'graph', label: 'Graph', icon: 'i-lucide-workflow' },
  { name: 'trace', label: 'Trace', icon: 'i-lucide-route' },
  { name: 'logs', label: 'Logs', icon: 'i-lucide-text' },
  { name: 'inputOutput', label: 'Input & output', icon: 'i-lucide-arrow-right-left' },
  { name: 'definition', label: 'Definition', icon: 'i-lucide-file-code' },
  { name: 'events', label: 'Events', icon: 'i-lucide-history' },
] as const;

export type RunTab = (typeof RUN_TABS)[number]['name'];

/** The views of a workflow. */
export const WORKFLOW_TABS = [
  { name: 'start', label: 'Start', icon: 'i-lucide-play' },
  { name: 'runs', label: 'Runs', icon: 'i-lucide-list-tree' },
  { name: 'graph', label: 'Graph', icon: 'i-lucide-workflow' },
  { name: 'figures', label: 'Figures', icon: 'i-lucide-chart-column' },
  { name: 'versions', label: 'Versions', icon: 'i-lucide-history' },
  { name: 'definition', label: 'Definition', icon: 'i-lucide-file-code' },
] as const;

/** The view that the address names; the first by default. */
export function tabOf<Name extends string>(
  tabs: readonly [Tab<Name>, ...Tab<Name>[]],
  name: unknown,
): Name {
  return (tabs.find((tab) => tab.name === name) ?? tabs[0]).name;
}

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

/** The view that the address names; the timeline by default. */
export function tabOf(name: unknown): RunTab {
  return RUN_TABS.find((tab) => tab.name === name)?.name ?? 'timeline';
}

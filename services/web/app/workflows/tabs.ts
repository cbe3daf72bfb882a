/** The views of a workflow; their labels are `workflows.<name>`. */
export const WORKFLOW_TABS = [
  { name: 'start', icon: 'i-lucide-play' },
  { name: 'graph', icon: 'i-lucide-workflow' },
  { name: 'figures', icon: 'i-lucide-chart-column' },
  { name: 'versions', icon: 'i-lucide-history' },
  { name: 'definition', icon: 'i-lucide-file-code' },
  { name: 'runs', icon: 'i-lucide-list-tree' },
] as const;

export type WorkflowTab = (typeof WORKFLOW_TABS)[number]['name'];

/** The view that the address names; the start form by default. */
export function workflowTabOf(name: unknown): WorkflowTab {
  return WORKFLOW_TABS.find((tab) => tab.name === name)?.name ?? 'start';
}

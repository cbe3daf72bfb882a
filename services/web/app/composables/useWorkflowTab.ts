import { workflowTabOf } from '~/workflows/tabs';

/** The selected view of the workflow. */
export const useWorkflowTab = () => useTab(workflowTabOf);

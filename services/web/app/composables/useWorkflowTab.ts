import { workflowTabOf } from '~/workflows/tabs';

/** Which view of the workflow is shown. */
export const useWorkflowTab = () => useTab(workflowTabOf);

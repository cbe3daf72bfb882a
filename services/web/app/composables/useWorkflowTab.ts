import { computed, type WritableComputedRef } from 'vue';
import { workflowTabOf, type WorkflowTab } from '~/workflows/tabs';

/** Which view of the workflow is shown, kept in the page's address as `?tab=`. */
export function useWorkflowTab(): WritableComputedRef<WorkflowTab> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => workflowTabOf(route.query['tab']),
    set: (tab) => void router.replace({ query: tab === 'start' ? {} : { tab } }),
  });
}

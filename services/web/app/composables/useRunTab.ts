import { computed, type WritableComputedRef } from 'vue';
import { tabOf, type RunTab } from '~/run/tabs';

/** Which view of the run is shown, kept in the page's address as `?tab=`. */
export function useRunTab(): WritableComputedRef<RunTab> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => tabOf(route.query['tab']),
    set(tab) {
      const { tab: _, ...query } = route.query;
      void router.replace({ query: tab === 'timeline' ? query : { ...query, tab } });
    },
  });
}

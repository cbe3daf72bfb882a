import { computed, type ComputedRef } from 'vue';
import type { Query } from '~/address/query';
import { readFilters, writeFilters, type RunFilters } from '~/runs/filters';

/** The filters in the page's address; a change starts again at the newest page. */
export function useRunFilters(): {
  filters: ComputedRef<RunFilters>;
  change: (part: Partial<RunFilters>) => void;
  pageAddress: (cursor: string | null) => { path: string; query: Record<string, string> };
} {
  const route = useRoute();
  const router = useRouter();
  const filters = computed(() => readFilters(route.query as Query));

  const addressOf = (changed: RunFilters) => ({ path: '/runs', query: writeFilters(changed) });
  return {
    filters,
    change: (part) => void router.push(addressOf({ ...filters.value, cursor: null, ...part })),
    pageAddress: (cursor) => addressOf({ ...filters.value, cursor }),
  };
}

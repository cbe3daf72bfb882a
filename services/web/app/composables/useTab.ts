import { computed, type WritableComputedRef } from 'vue';

/** Which of a page's views is shown, kept in its address as `?tab=`; the first needs no word there. */
export function useTab<Tab extends string>(
  tabOf: (name: unknown) => Tab,
): WritableComputedRef<Tab> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => tabOf(route.query['tab']),
    set(tab) {
      const { tab: _, ...query } = route.query;
      void router.replace({ query: tab === tabOf(undefined) ? query : { ...query, tab } });
    },
  });
}

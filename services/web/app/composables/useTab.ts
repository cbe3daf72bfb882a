import { computed, type WritableComputedRef } from 'vue';

/** A page's selected view, kept in its address as `?tab=`. The default view needs no `?tab=`. */
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

import { computed, type WritableComputedRef } from 'vue';
import { tabOf } from '~/address/tabs';

/** A page's selected view, kept in its address as `?tab=`. The first view needs no `?tab=`. */
export function useTab<Name extends string>(
  tabs: Parameters<typeof tabOf<Name>>[0],
): WritableComputedRef<Name> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => tabOf(tabs, route.query['tab']),
    set(tab) {
      const { tab: _, ...query } = route.query;
      void router.replace({ query: tab === tabs[0].name ? query : { ...query, tab } });
    },
  });
}

import { computed, type ComputedRef } from 'vue';
import { hasFilters, type Query } from '~/address/query';

/** Where a page of a list is found; for links and the router. */
export interface ListAddress {
  path: string;
  query: Record<string, string>;
}

/** What of a list is shown, as the page's address says it; a change starts again at the newest page. */
export function useListAddress<Filters extends { cursor: string | null }>({
  path,
  read,
  write,
}: {
  path: string;
  read: (query: Query) => Filters;
  /** The inverse of `read`. */
  write: (filters: Filters) => Record<string, string>;
}): {
  filters: ComputedRef<Filters>;
  isFiltered: ComputedRef<boolean>;
  addressOf: (part: Partial<Filters>) => ListAddress;
  change: (part: Partial<Filters>) => void;
  /** For PageLinks. */
  linksOf: (page: { nextCursor: string | null }) => {
    newest: ListAddress | null;
    older: ListAddress | null;
  };
} {
  const route = useRoute();
  const router = useRouter();
  const filters = computed(() => read(route.query as Query));
  const at = (cursor: string | null, part: Partial<Filters> = {}): ListAddress => ({
    path,
    query: write({ ...filters.value, cursor, ...part }),
  });
  return {
    filters,
    isFiltered: computed(() => hasFilters(write(filters.value))),
    addressOf: (part) => at(null, part),
    change: (part) => void router.push(at(null, part)),
    linksOf: ({ nextCursor }) => ({
      newest: filters.value.cursor === null ? null : at(null),
      older: nextCursor === null ? null : at(nextCursor),
    }),
  };
}

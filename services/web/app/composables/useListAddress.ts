import { computed, type ComputedRef } from 'vue';
import { hasFilters, type Query } from '~/address/query';

/** The address of a page of a list, for links and the router. */
export interface ListAddress {
  path: string;
  query: Record<string, string>;
}

/** A list's filters, kept in the page's address. A change goes back to the newest page. */
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

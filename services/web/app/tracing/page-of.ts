import type { RouteLocationNormalized } from 'vue-router';

/** The page that an address leads to, as the router names it: `/runs/:id`; undefined = none. */
export function pageOf({ matched }: Pick<RouteLocationNormalized, 'matched'>): string | undefined {
  return matched.at(-1)?.path.replaceAll('()', '');
}

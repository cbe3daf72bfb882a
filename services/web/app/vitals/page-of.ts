import type { RouteLocationNormalized } from 'vue-router';

/** The router's name of a page: `/runs/:id`; undefined = no page. */
export function pageOf({ matched }: Pick<RouteLocationNormalized, 'matched'>): string | undefined {
  return matched.at(-1)?.path.replaceAll('()', '');
}

import type { RouterConfig } from 'nuxt/schema';
import { FORWARDED } from '~/account/pages';

/** A redirect keeps query and hash. */
export default {
  routes: (pages) => [...pages, ...FORWARDED],
} satisfies RouterConfig;

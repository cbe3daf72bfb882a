import type { RouterConfig } from 'nuxt/schema';
import { MOVED } from '~/account/pages';

/** A redirect keeps query and hash. */
export default {
  routes: (pages) => [...pages, ...MOVED],
} satisfies RouterConfig;

import { passOn } from '../../pass-on';

/** The API. */
export default defineEventHandler((event) => passOn(event, useRuntimeConfig(event).apiBase));

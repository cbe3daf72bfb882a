import { passOn } from '../../pass-on';

/** Logging in and out, which is the API's too: so its cookie has this origin. */
export default defineEventHandler((event) => passOn(event, useRuntimeConfig(event).apiBase));

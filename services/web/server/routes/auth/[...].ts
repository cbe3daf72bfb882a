import { passOn } from '../../pass-on';

/** The API's logins go through this server, so that its cookie has this origin. */
export default defineEventHandler((event) => passOn(event, useRuntimeConfig(event).apiBase));

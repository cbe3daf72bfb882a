import { passOn } from '../../pass-on';

export default defineEventHandler((event) => passOn(event, useRuntimeConfig(event).apiBase));

/** Liveness of this server only; it does not check the API. */
export default defineEventHandler(() => ({ status: 'ok' }));

/** Liveness of this server alone; how the API is, the API says. */
export default defineEventHandler(() => ({ status: 'ok' }));

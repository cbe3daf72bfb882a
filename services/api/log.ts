import type { LogOf } from '@aio/catalog/logs/log-events';

/** The levels that the API uses. */
export type Log = LogOf<'info' | 'warn' | 'error'>;

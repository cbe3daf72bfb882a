import type { LogOf } from '@aio/catalog/log-events';

/** The levels that the API uses. */
export type Log = LogOf<'info' | 'warn' | 'error'>;

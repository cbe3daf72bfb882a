import type { LogOf } from '@aio/catalog/log-events';

/** What the API needs of a logger. */
export type Log = LogOf<'info' | 'warn' | 'error'>;

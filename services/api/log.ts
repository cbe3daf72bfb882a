export type { EventLog as Log } from '@aio/catalog/logs/log-events';

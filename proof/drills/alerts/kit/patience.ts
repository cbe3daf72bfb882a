import { ARRIVES_WITHIN } from '@aio/catalog/alerts/alert-times';
import { AFTERMATH } from '@aio/catalog/alerts/aftermath';
import { inSeconds } from '@aio/slo/duration';

/** Longest time from a fault to its alerts: twice the limit of a ticket. */
export const FIRES_WITHIN_MS = 2000 * ARRIVES_WITHIN.ticket;

/** Longest time from the repair to the end of all alerts: the aftermath of a cause, and until Prometheus sees the repair. */
export const RESOLVES_WITHIN_MS = 1000 * inSeconds(AFTERMATH) + 240_000;

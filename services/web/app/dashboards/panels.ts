/** The panels on pages other than the boards, by board and title. */

import { type BoardUid, panelId } from '@aio/catalog/boards';

/** A panel's board, and its number there. */
export interface PanelAddress {
  uid: BoardUid;
  id: number;
}

const at = (uid: BoardUid, title: string): PanelAddress => ({ uid, id: panelId(uid, title) });

export const QUEUE_BOARD = 'aio-queue-workers';
/** Its series have the names of the queues. */
export const THROUGHPUT_PANEL = at(QUEUE_BOARD, 'Throughput by queue');
export const QUEUE_PANELS = [
  at(QUEUE_BOARD, 'Backlog'),
  at(QUEUE_BOARD, 'Age of the oldest'),
  THROUGHPUT_PANEL,
  at('aio-runs', 'Queue time, P95 by kind'),
  at(QUEUE_BOARD, 'Queue time of runs'),
  at(QUEUE_BOARD, 'Slots and work that ended'),
];

/** The panels on the page of queues, by board and title. */

import { type BoardUid, panelId } from '@aio/catalog/boards';

const QUEUES = 'aio-queue-workers';
const STEPS = 'aio-steps';

const at = (uid: BoardUid, title: string) => ({ uid, id: panelId(uid, title) });

export const QUEUE_BOARD = QUEUES;
/** Its series have the names of the queues. */
export const THROUGHPUT_PANEL = at(QUEUES, 'Throughput by queue');
export const QUEUE_PANELS = [
  at(QUEUES, 'Backlog'),
  at(QUEUES, 'Age of the oldest'),
  THROUGHPUT_PANEL,
  at(STEPS, 'Queue time, P95 by kind'),
  at(QUEUES, 'Queue time of runs'),
  at(QUEUES, 'Slots'),
];

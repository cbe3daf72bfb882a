/** The panels of the boards that tell how the queues were in the last while. */

import { type BoardUid, panelId } from '@aio/catalog/boards';

const QUEUES = 'aio-queue-workers';
const STEPS = 'aio-steps';

const at = (uid: BoardUid, title: string) => ({ uid, id: panelId(uid, title) });

export const QUEUE_BOARD = QUEUES;
/** Its series are named as the queues are. */
export const THROUGHPUT_PANEL = at(QUEUES, 'Throughput by queue');
export const QUEUE_PANELS = [
  at(QUEUES, 'Backlog'),
  at(QUEUES, 'Age of the oldest'),
  THROUGHPUT_PANEL,
  at(STEPS, 'Queue time, P95 by kind'),
  at(QUEUES, 'Queue time of runs'),
  at(QUEUES, 'Slots'),
];

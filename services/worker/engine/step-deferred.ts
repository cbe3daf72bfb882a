import { AioError } from '@aio/core/errors';

/** Reason for aborting an attempt that another worker is to begin again. */
export class StepDeferred extends AioError {
  constructor() {
    super('worker_stopping', 'The worker stops; another one begins the step again.');
    this.name = 'StepDeferred';
  }
}

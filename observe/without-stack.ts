import { PrometheusAway } from '@aio/query/prometheus';
import { StackError } from '@aio/stack/stack-error';

/** Turns PrometheusAway into a StackError, which prints as one line without a stack. */
export function withoutStack(error: unknown): unknown {
  return error instanceof PrometheusAway ? new StackError(error.message, { cause: error }) : error;
}

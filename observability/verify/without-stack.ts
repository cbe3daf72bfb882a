import { PrometheusAway } from '@aio/query/prometheus';
import { StackError } from '@aio/stack/stack-error';

/** A Prometheus that does not answer is one line to the person at the terminal. */
export function withoutStack(error: unknown): unknown {
  return error instanceof PrometheusAway ? new StackError(error.message, { cause: error }) : error;
}

import { countOf } from '@aio/catalog/select';
import { charts } from '../board.ts';
import { above } from '../limits.ts';
import { draw, lines } from '../panel.ts';
import { perSecond, quantileOf } from '../queries.ts';
import { TARGET } from '../variables.ts';

/** The store for outputs that are too long for their rows. */
export const OUTPUT_STORE = charts('Output store', 2, [
  lines({
    title: 'Calls of the output store, P95',
    description:
      'Reads and writes of outputs above 32 kB. Steps and downloads wait for these calls.',
    unit: 'seconds',
    queries: [
      draw(
        quantileOf(0.95, 'outputStoreDuration', { ...TARGET, operation: ['put', 'get'] }, [
          'operation',
        ]),
        '{{operation}}',
      ),
    ],
    limits: above(0.5, 2),
  }),
  lines({
    title: 'Calls of the output store that failed',
    description:
      'By operation: the store did not answer, or an object is missing. Steps with outputs ' +
      'above 256 kB wait for a minute, then fail with `output_store_away`. Reads of a ' +
      'missing object fail with `output_missing`.',
    unit: 'perSecond',
    queries: [
      draw(
        perSecond(countOf('outputStoreDuration', { ...TARGET, outcome: ['missing', 'failed'] }), [
          'operation',
          'outcome',
        ]),
        '{{operation}} {{outcome}}',
      ),
    ],
    limits: above(0.01, 1),
  }),
]);

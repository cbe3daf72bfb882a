import { testSteps } from '../testing/cases.ts';

const { accepts, finds } = testSteps((given: object) => ({
  type: 'wait',
  timeout: '30d',
  with: given,
}));

accepts('a wait for an event', { event: 'order.paid', key: 'order-${{ run.id }}' });

finds(
  'an event without a key',
  { event: 'order paid' },
  ['/with', 'required'],
  ['/with/event', 'pattern'],
);
finds('an empty key', { event: 'order.paid', key: '' }, ['/with/key', 'min_length']);

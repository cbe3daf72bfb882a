import { createRandom } from '../lib/random.ts';

const WORDS =
  'the incident service answers slowly since noon because a queue of orders grows while two of three replicas restart and customers in one region see errors that name no cause so check memory first then ask whoever deployed last what changed'.split(
    ' ',
  );

/** A text of words whose JSON has 1,000 characters. */
export function makePayload(): string {
  const random = createRandom(1);
  let text = '';
  while (text.length < 1000) text += `${random.pick(WORDS)} `;
  return text.slice(0, 998);
}

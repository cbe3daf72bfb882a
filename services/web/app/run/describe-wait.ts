import type { Wait } from '../../shared/api.ts';

const NAMES: Record<Wait['type'], string> = {
  approval: 'an approval',
  child: 'another run',
  delay: 'a delay',
  event: 'an event',
  retry: 'a retry',
};

/** The sort of thing that is waited for: `an event`. */
export function nameWait(type: Wait['type']): string {
  return NAMES[type];
}

/** What is waited for, as far as it has a name: `the event order.paid of o-17`. */
export function describeWait(wait: Wait): string {
  if (wait.type === 'event' && wait.name !== undefined) {
    return `the event ${wait.name} of ${wait.key}`;
  }
  return nameWait(wait.type);
}

import type { OutgoingMessage } from 'node:http';

/** Whether the answer, whose headers are set, is a stream of server-sent events. */
export function isEventStream(response: Pick<OutgoingMessage, 'getHeader'>): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream');
}

import { formatEvent } from '@aio/http/event-stream';
import type { Call } from './call.ts';
import { pause } from './call.ts';

/** Server-sent events as the answer to a call. */
export interface EventStream {
  /** @param event name of the event; null = no name, as in OpenAI's streams */
  send(event: string | null, data: unknown): void;
  /** Streams tokens at the pace of the dials. Resolves to false if the fault `halfBody` broke the connection. */
  sendTokens(tokens: readonly string[], send: (token: string) => void): Promise<boolean>;
  end(): void;
}

export function openEventStream(call: Call, headers: Record<string, string>): EventStream {
  const { request, response, dials, fault } = call;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    ...headers,
  });
  return {
    send(event, data) {
      const text = typeof data === 'string' ? data : JSON.stringify(data);
      response.write(formatEvent({ ...(event !== null && { event }), data: text }));
    },
    async sendTokens(tokens, send) {
      const breakAt = fault === 'halfBody' ? Math.floor(tokens.length / 2) : -1;
      for (const [index, token] of tokens.entries()) {
        await pause(call, index === 0 ? dials.firstTokenMs : dials.tokenMs);
        if (index === dials.holdAfterTokens) await call.hold('tokens');
        if (index === breakAt) {
          request.socket.destroy();
          return false;
        }
        send(token);
      }
      return true;
    },
    end: () => response.end(),
  };
}

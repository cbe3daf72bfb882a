import { once } from 'node:events';
import { connect } from 'node:net';

interface HttpLoad {
  perSecond: number;
  requests: number;
}

const NOTHING = Buffer.alloc(0);
const UNANSWERED = 'the connection ended without an answer';
const HEAD_END = '\r\n\r\n';
const STATUS_AT = 'HTTP/1.1 '.length;

/**
 * Requests one URL for `forMs`, on `connections` connections with one request each at a time.
 * @throws Error if an answer is not 200 or a connection ends
 */
export async function loadUrl(
  url: string,
  options: { connections: number; forMs: number; authorization?: string },
): Promise<HttpLoad> {
  const { connections, forMs, authorization } = options;
  const { origin, host, pathname } = new URL(url);
  const credentials = authorization === undefined ? '' : `Authorization: ${authorization}\r\n`;
  const request = Buffer.from(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${credentials}\r\n`);
  const opened = await Promise.all(
    Array.from({ length: connections }, () => openBareConnection(origin)),
  );
  try {
    const startedAt = performance.now();
    let requests = 0;
    const askOften = async ({ ask }: BareConnection) => {
      for (; performance.now() < startedAt + forMs; requests += 1) {
        const { status, body } = await ask(request);
        if (status !== 200) throw new Error(`expected status 200, got ${status}: ${body}`);
      }
    };
    await Promise.all(opened.map(askOften));
    return { perSecond: (requests * 1000) / (performance.now() - startedAt), requests };
  } finally {
    for (const connection of opened) connection.close();
  }
}

/**
 * HTTP/1.1 over a bare socket, one request at a time. The client shares the cores with the measured server: `node:http`
 * takes 120 µs of CPU for an idle request, this takes 30.
 */
interface BareConnection {
  /**
   * @param request head and body
   * @throws Error if there is no answer, or it is cut off or has no Content-Length
   */
  ask(request: string | Buffer): Promise<Answer>;
  close(): void;
}

interface Answer {
  status: number;
  body: string;
}

async function openBareConnection(origin: string): Promise<BareConnection> {
  const { hostname, port } = new URL(origin);
  const socket = connect({ port: Number(port), host: hostname, noDelay: true });
  await once(socket, 'connect');
  let asked: PromiseWithResolvers<Answer> | null = null;
  let received: Buffer = NOTHING;

  function settle(outcome: Answer | Error): void {
    const settled = asked;
    asked = null;
    received = NOTHING;
    if (outcome instanceof Error) {
      socket.destroy();
      settled?.reject(outcome);
    } else settled?.resolve(outcome);
  }

  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = readAnswer(received);
    if (answer !== null) settle(answer);
  });
  // 'close' reports the failure. The error differs by chance when the server closes a connection.
  socket.on('error', () => {});
  socket.on('close', () =>
    settle(received.length === 0 ? new Error(UNANSWERED) : new Error('an answer was cut off')),
  );
  return {
    ask(request) {
      asked = Promise.withResolvers();
      const { promise } = asked;
      if (socket.writable) socket.write(request);
      else settle(new Error(UNANSWERED));
      return promise;
    },
    close: () => socket.destroy(),
  };
}

/** null = incomplete. */
function readAnswer(received: Buffer): Answer | Error | null {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd === -1) return null;
  const head = received.toString('latin1', 0, headEnd);
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  if (length === undefined) return new Error(`an answer without a Content-Length: ${head}`);
  const bodyAt = headEnd + HEAD_END.length;
  const bodyEnd = bodyAt + Number(length);
  if (received.length < bodyEnd) return null;
  const status = Number(head.slice(STATUS_AT, STATUS_AT + 3));
  return { status, body: received.toString('utf8', bodyAt, bodyEnd) };
}

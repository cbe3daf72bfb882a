import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The inspector of a running process: profiler and heap, without starting the process in another way. */
export interface Inspector {
  send<Answer = unknown>(method: string, params?: object): Promise<Answer>;
  close(): void;
}

interface Message {
  id: number;
  result?: unknown;
  error?: { message: string };
}

/** Environment of a process whose inspector is to listen on a free port once it opens. */
export const INSPECTABLE = { NODE_OPTIONS: '--inspect-port=0' };

const LISTENS = /Debugger listening on (ws:\/\/\S+)/g;
const OPENS_WITHIN_MS = 10_000;

/**
 * Opens the inspector of a Node.js process by SIGUSR1.
 * @param logFile its standard error, where the process prints the inspector's URL
 * @throws Error if the inspector does not open within 10 s
 */
export async function openInspector(pid: number, logFile: string): Promise<Inspector> {
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await findUrl(logFile));
  const answers = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = JSON.parse(String(data)) as Message;
    const answer = answers.get(id);
    answers.delete(id);
    if (error) answer?.reject(new Error(error.message));
    else answer?.resolve(result);
  });
  socket.addEventListener('close', () => {
    for (const { reject } of answers.values()) reject(new Error('the inspected process ended'));
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error('cannot connect to the inspector')));
  });
  return {
    send<Answer>(method: string, params: object = {}) {
      const answer = Promise.withResolvers<unknown>();
      answers.set(++last, answer);
      socket.send(JSON.stringify({ id: last, method, params }));
      return answer.promise as Promise<Answer>;
    },
    close: () => socket.close(),
  };
}

async function findUrl(logFile: string): Promise<string> {
  const deadline = Date.now() + OPENS_WITHIN_MS;
  for (;;) {
    const url = [...readFileSync(logFile, 'utf8').matchAll(LISTENS)].at(-1)?.[1];
    if (url !== undefined) return url;
    if (Date.now() > deadline)
      throw new Error(`the inspector did not open within ${OPENS_WITHIN_MS} ms`);
    await sleep(20);
  }
}

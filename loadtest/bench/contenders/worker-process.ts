import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A worker of another engine: a script of this folder that sends `ready` and receives messages. */
export interface WorkerProcess {
  readonly pid: number;
  /** Sends a message and waits for the answer; one at a time. @throws Error with the worker's message */
  ask<Answer>(message: object): Promise<Answer>;
  stop(): Promise<void>;
}

export async function startWorkerProcess(
  script: string,
  args: readonly string[],
): Promise<WorkerProcess> {
  const child = fork(join(import.meta.dirname, script), args, {
    execArgv: ['--no-deprecation'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await nextMessage(child, script);
  return {
    pid: child.pid as number,
    async ask<Answer>(message: object) {
      const answer = nextMessage<Answer>(child, script);
      child.send(message);
      return answer;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function nextMessage<Message>(child: ChildProcess, script: string): Promise<Message> {
  const answered = new AbortController();
  const { signal } = answered;
  try {
    const [message] = (await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(() => {
        throw new Error(`${script} ended`);
      }),
    ])) as [Message & { error?: string }];
    if (message.error !== undefined) throw new Error(message.error);
    return message;
  } finally {
    answered.abort();
  }
}

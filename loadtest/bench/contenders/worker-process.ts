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

function nextMessage<Message>(child: ChildProcess, script: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`${script} ended`));
    child.once('exit', onExit);
    child.once('message', (message: Message & { error?: string }) => {
      child.off('exit', onExit);
      if (message.error === undefined) resolve(message);
      else reject(new Error(message.error));
    });
  });
}

import { isAlive } from '@aio/tools/process/process-identity';
import { partsOfRunning, type RecordedPart } from '@aio/tools/start/run-record';

export type OwnParts = ReturnType<typeof openOwnParts>;

/** The processes that `npm start` started on a data folder. Game days break no others. */
export function openOwnParts(dataDir: string) {
  const find = (name: string) => partsOfRunning(dataDir).find((part) => part.name === name);
  const findAlive = (name: string) => {
    const part = find(name);
    return part && isAlive(part) ? part : undefined;
  };
  return {
    isUp: (name: string) => findAlive(name) !== undefined,
    /** Of the current or last process; 0 = there was none. */
    pidOf: (name: string) => find(name)?.pid ?? 0,
    /** @throws Error if it does not run */
    require(name: string): RecordedPart {
      const part = findAlive(name);
      if (!part) throw new Error(`npm start runs no ${name}`);
      return part;
    },
    workers: () =>
      partsOfRunning(dataDir)
        .map(({ name }) => name)
        .filter((name) => /^worker-\d+$/.test(name)),
  };
}

import {
  type Broken,
  forgetBroken,
  readBroken,
  thawBroken,
  writeBroken,
} from '@aio/tools/start/broken-record';
import type { ApiClient } from '@aio/tools/system/client';
import { freeze } from '@aio/tools/system/freeze';
import type { SimulatorClient } from '@aio/tools/system/simulator-client';
import { waitUntil } from '@aio/tools/system/wait-until';
import { endFlood } from '../alert-faults/calls.ts';
import type { FaultyProcess } from '../alert-faults/fault.ts';
import { STEADY_MODEL } from '../alert-faults/steady.ts';
import { releaseAll } from '../alert-faults/processes.ts';
import type { OwnParts } from './own-parts.ts';

const RESTARTS_WITHIN_MS = 60_000;
const ANSWERS_WITHIN_MS = 60_000;
const ANSWER_MS = 5000;
const AGAIN_AFTER_MS = 500;

interface Place {
  dataDir: string;
  parts: OwnParts;
  simulator: SimulatorClient;
  api: ApiClient;
}

/** Breaks parts and dials of the running stack, each after it wrote that down; and mends what is written down. */
export function createBreakage({ dataDir, parts, simulator, api }: Place) {
  let broken: Broken | undefined;

  /** @throws Error outside of a game */
  function note(change: (broken: Broken) => void): void {
    if (!broken) throw new Error('no game has begun');
    change(broken);
    writeBroken(dataDir, broken);
  }

  /** @returns continues it */
  function freezePart(name: string): () => void {
    const { pid, startedAt } = parts.require(name);
    note(({ frozen }) => void frozen.push({ pid, startedAt }));
    return freeze(pid);
  }

  /** Sets the dials back, and ends what held calls and runs. After a freeze, servers take a while to answer. */
  async function insist({ fault, dials }: Broken): Promise<void> {
    const attempt = async () => {
      // A model without dials of its own before is absent, so those of the fault would stay.
      const models = { [STEADY_MODEL[1]]: {}, ...(dials?.['models'] as object) };
      if (dials) await simulator.turn({ ...dials, models });
      await releaseAll({ simulator });
      if (fault === 'flood') await endFlood({ api });
      return true;
    };
    await waitUntil('the simulator is as before', ANSWERS_WITHIN_MS, attempt, AGAIN_AFTER_MS);
  }

  return {
    freezePart,
    /** Call it before a fault. */
    async begin(fault: string): Promise<void> {
      broken = { fault, frozen: [], down: [], dials: null };
      const signal = AbortSignal.timeout(ANSWER_MS);
      const answer = await fetch(`${simulator.url}/dials`, { signal });
      const dials = (await answer.json()) as Broken['dials'];
      note((now) => (now.dials = dials));
    },
    /** Mends what is on record, also that of an earlier process. Does nothing without a record. */
    async mend(): Promise<void> {
      const left = readBroken(dataDir);
      // From here on, a fault that is still at work breaks no more.
      broken = undefined;
      if (!left) return;
      thawBroken(dataDir);
      writeBroken(dataDir, { ...left, frozen: [], down: [] });
      await insist(left);
      forgetBroken(dataDir);
    },
    toWorker: (name: string): FaultyProcess => ({
      get pid() {
        return parts.pidOf(name);
      },
      async signal(signal) {
        if (signal === 'SIGSTOP') freezePart(name);
        else if (signal === 'SIGCONT') thawBroken(dataDir);
        else {
          const { pid } = parts.require(name);
          note(({ down }) => void down.push(name));
          process.kill(pid, signal);
        }
      },
      async restart() {
        note((now) => (now.down = now.down.filter((other) => other !== name)));
        await waitUntil(`${name} runs again`, RESTARTS_WITHIN_MS, () => parts.isUp(name));
      },
    }),
  };
}

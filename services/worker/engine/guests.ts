import { setTimeout as sleep } from 'node:timers/promises';
import { AioError } from '@aio/core/errors';
import type { Plan, PlanStep } from '@aio/core/definition/compile';
import type { ChunkStep, ChunkStepKey, ClaimedChunk } from '@aio/platform/queries/engine/chunks';
import { renewChunks } from '@aio/platform/queries/engine/chunks';
import { toReport } from './attempt-report.ts';
import type { AttemptResult } from './attempt.ts';
import { runAttempt } from './attempt.ts';
import { Call } from './call.ts';
import type { EngineDeps } from './engine-deps.ts';
import { type Given, evaluateWith } from './given.ts';
import type { TracedUnit } from './observer.ts';
import { loadScope } from './foreign-scope.ts';
import { createGuestSlots, type GuestSlot, PATIENCE_MS } from './guest-slots.ts';
import type { KeptSlots, SlotRequest } from './slots.ts';
import { StepDeferred } from './step-deferred.ts';
import { AttemptLog } from './step-log.ts';
import type { Teller } from './teller.ts';

/** A step that cannot be executed here may be offered here again at once. */
const GIVE_BACK_AFTER_MS = 1_000;

/** A step of a run that another worker holds, executed here once. */
interface Guest {
  readonly chunk: OpenChunk;
  readonly step: ChunkStep;
  readonly request: SlotRequest;
  readonly abort: AbortController;
}

interface OpenChunk {
  readonly claim: ClaimedChunk;
  readonly plan: Promise<Plan>;
  /** Steps of it that have not ended. */
  readonly guests: Set<Guest>;
}

/** Executes what other workers offer. Nothing of it is written here but messages to them. */
export interface Guests {
  /** @param kept slots for those that have begun */
  take(chunk: ClaimedChunk, kept: KeptSlots): void;
  /** The run was changed: looks whether its steps are still to be executed. */
  signalled(runId: string): void;
  renew(): Promise<void>;
  /** Steps of the lane that may begin before there is a slot for them. */
  ahead(lane: string): number;
  /** Gives back what has not begun; what runs may end. */
  drain(): void;
  /** Gives back what runs. */
  abort(): void;
  /** Resolves when nothing is left. */
  idle(): Promise<void>;
}

export function createGuests(deps: {
  engine: EngineDeps;
  leaseMs: number;
  plans: { get(versionId: string): Promise<Plan> };
  teller: Teller;
  /** The run has messages: its holder is to look. */
  tell: (runId: string) => void;
  /** There may be room for another chunk. */
  onRoom: () => void;
}): Guests {
  const { engine, leaseMs, plans, teller } = deps;
  const { db, workerId, observer } = engine;
  const slots = createGuestSlots({ slots: engine.slots, onRoom: deps.onRoom });
  const chunks = new Map<string, OpenChunk>();
  let whenIdle: (() => void)[] = [];
  let isDraining = false;

  function leave(guest: Guest): void {
    const { chunk } = guest;
    chunk.guests.delete(guest);
    if (chunk.guests.size > 0) return;
    chunks.delete(chunk.claim.id);
    teller.dropped(chunk.claim.id);
    if (chunks.size > 0) return;
    for (const resolve of whenIdle) resolve();
    whenIdle = [];
  }

  async function work(guest: Guest): Promise<void> {
    const slot = slots.occupy(guest.request);
    try {
      await execute(guest, slot);
    } catch (error) {
      observer.troubled('executing a step of another worker', error);
    } finally {
      slot.release();
      leave(guest);
    }
  }

  async function execute(guest: Guest, { waitedMs, release }: GuestSlot): Promise<void> {
    const { chunk, step, abort } = guest;
    const { clock } = engine;
    const plan = await chunk.plan.catch((error: unknown) => {
      observer.troubled('loading the plan of a step of another worker', error);
      return null;
    });
    if (plan === null) {
      release();
      // What has not begun is found with nobody, soon. What has would count as lost.
      if (step.begun) await sleep(GIVE_BACK_AFTER_MS).then(() => giveBack(guest));
      return;
    }
    const planStep = plan.steps[plan.indexOf.get(step.step)!]!;
    const unit: TracedUnit = { ...step, step: planStep, work: planStep.work };
    const run = { claim: { ...chunk.claim, id: chunk.claim.runId, depth: 0 } };
    if (await isOver(guest)) return;
    const given = await evaluate(guest, plan, planStep).catch((error: unknown) => ({ error }));
    if (await isOver(guest)) return;
    // Its process may have stood still, or secrets were waited for: one that has begun is told of again, for it may
    // not be wanted any more.
    const isFresh =
      step.begun && waitedMs <= PATIENCE_MS && planStep.work.with.secrets.length === 0;
    // Its holder counts a worker that dies from here on.
    if (!isFresh && !(await teller.started(keyOf(guest)))) return;
    const startedAtMs = clock.now();
    if ('error' in given) {
      release();
      const { error } = given;
      return tellEnd(guest, { type: 'error', error, finishedAtMs: startedAtMs }, { startedAtMs });
    }
    const log = new AttemptLog(observer, run, unit, given.redactor);
    const call = new Call(observer, run, unit, { ...given, abortable: abort, log });
    const { kind, timeoutMs } = unit.work;
    const result = await runAttempt(engine.kinds.get(kind)!, call, abort, { timeoutMs, clock });
    release();
    await tellEnd(guest, result, { startedAtMs, logged: log.take() });
  }

  /** true = it was aborted; it is given back when that is because its worker stops. */
  async function isOver(guest: Guest): Promise<boolean> {
    const { aborted, reason } = guest.abort.signal;
    if (reason instanceof StepDeferred) await giveBack(guest);
    return aborted;
  }

  /** Its holder begins it anew, and does not count this. */
  async function giveBack(guest: Guest): Promise<void> {
    const finishedAtMs = engine.clock.now();
    await tellEnd(guest, { type: 'error', error: new StepDeferred(), finishedAtMs });
  }

  function giveBackWaiting({ guests }: OpenChunk): void {
    for (const guest of guests) if (slots.withdraw(guest.request)) giveBackUnstarted(guest);
  }

  function giveBackUnstarted(guest: Guest): void {
    void giveBack(guest).finally(() => leave(guest));
  }

  async function tellEnd(
    guest: Guest,
    result: AttemptResult,
    particulars?: Parameters<typeof toReport>[1],
  ): Promise<void> {
    const { attempt } = guest.step;
    await teller.ended({ ...keyOf(guest), attempt, ...toReport(result, particulars) });
  }

  async function evaluate(
    { chunk, step, abort }: Guest,
    plan: Plan,
    { work }: PlanStep,
  ): Promise<Given> {
    const scope = await loadScope(db, chunk.claim, plan, work.with, step);
    const names = work.with.secrets;
    const isWanted = () => !abort.signal.aborted;
    const secrets = names.length === 0 ? {} : await engine.secrets.read(names, isWanted);
    return engine.slices.perform(step, () =>
      evaluateWith(engine.kinds.get(work.kind)!, work, scope, secrets),
    );
  }

  async function look(open: readonly OpenChunk[]): Promise<void> {
    if (open.length === 0) return;
    const mine = await renewChunks(db, {
      workerId,
      leaseMs,
      chunkIds: open.map((chunk) => chunk.claim.id),
    });
    const still = new Set(mine.map((key) => `${key.chunkId} ${key.step} ${key.iteration}`));
    for (const { claim, guests } of open) {
      for (const guest of guests) {
        if (still.has(`${claim.id} ${guest.step.step} ${guest.step.iteration}`)) continue;
        guest.abort.abort(new AioError('cancelled', 'The step is not to be executed any more.'));
        if (slots.withdraw(guest.request)) leave(guest);
      }
    }
  }

  function checked(open: readonly OpenChunk[]): Promise<void> {
    return look(open).catch((error: unknown) => observer.troubled('renewing chunks', error));
  }

  return {
    take(claim, kept) {
      const chunk: OpenChunk = {
        claim,
        plan: plans.get(claim.workflowVersionId),
        guests: new Set(),
      };
      chunk.plan.catch(() => undefined);
      observer.stepsHanded('taken', claim.steps.length);
      if (claim.steps.length === 0) return teller.dropped(claim.id);
      chunks.set(claim.id, chunk);
      for (const step of claim.steps) {
        const request: SlotRequest = {
          workflowId: claim.workflowId,
          lane: claim.lane,
          alone: claim.alone,
          begun: step.begun,
          start: () => void work(guest),
        };
        const guest: Guest = { chunk, step, request, abort: new AbortController() };
        chunk.guests.add(guest);
      }
      if (claim.steps.some((step) => step.begun)) deps.tell(claim.runId);
      for (const guest of chunk.guests) {
        slots.request(guest.request, kept, () => giveBackUnstarted(guest));
      }
      if (isDraining) giveBackWaiting(chunk);
    },
    signalled(runId) {
      void checked([...chunks.values()].filter((chunk) => chunk.claim.runId === runId));
    },
    renew: () => checked([...chunks.values()]),
    ahead: (lane) => (isDraining ? 0 : slots.ahead(lane)),
    drain() {
      isDraining = true;
      for (const chunk of chunks.values()) giveBackWaiting(chunk);
    },
    abort() {
      for (const { guests } of chunks.values()) {
        for (const guest of guests) guest.abort.abort(new StepDeferred());
      }
    },
    idle: () =>
      chunks.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            whenIdle.push(resolve);
          }),
  };
}

function keyOf({ chunk, step }: Guest): ChunkStepKey {
  return {
    runId: chunk.claim.runId,
    chunkId: chunk.claim.id,
    step: step.step,
    iteration: step.iteration,
  };
}

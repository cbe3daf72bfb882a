import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { AuditEntry, OutsideEvent, Page, Run, RunEvent, Step } from '#shared/api';
import { callApi } from '~/api/call-api';
import { RUN_EVENT_TYPES } from '~/run/apply-event';
import { historyOf, type HistoryLine } from '~/run/history';
import { isFinished } from '~/status/status';

/** More would slow down the page of a run with many items. */
export const MOST_EVENTS = 10_000;
const IS_LAST = /^run\.(succeeded|failed|cancelled)$/;

/** A run's history since it was accepted, oldest first. It follows an open run. */
export function useRunHistory(run: () => Run): {
  lines: ComputedRef<HistoryLine[]>;
  isLive: Readonly<Ref<boolean>>;
  isCut: ComputedRef<boolean>;
} {
  const { isAdmin } = useAccount();
  const events = shallowRef<RunEvent[]>([]);
  let lastSeq = 0;
  const isComplete = ref(false);

  const stream = useEventStream({
    url: () => (isComplete.value ? null : `/api/v1/runs/${run().id}/events?lastEventId=${lastSeq}`),
    types: RUN_EVENT_TYPES,
    onEvents: (texts) => {
      const fresh = texts
        .map((text) => JSON.parse(text) as RunEvent)
        .filter(({ runId, seq }) => runId === run().id && seq > lastSeq);
      const last = fresh.at(-1);
      if (last === undefined) return;
      lastSeq = last.seq;
      isComplete.value = IS_LAST.test(last.type);
      events.value = [...events.value, ...fresh].slice(-MOST_EVENTS);
    },
  });

  // Only admins may read who cancelled a run.
  const audit = useRequest<Page<AuditEntry>>(() =>
    isAdmin.value && run().status === 'cancelled'
      ? { path: '/audit', query: { target: `runs/${run().id}`, action: 'cancelRun' } }
      : null,
  );
  const { approvedBy, reachedBy } = useOutsideFacts(run);
  const lines = computed(() =>
    historyOf(events.value, {
      run: run(),
      approvedBy: approvedBy.value,
      reachedBy: reachedBy.value,
      audit: audit.data.value?.items ?? [],
    }),
  );
  return {
    lines,
    isLive: stream.isOpen,
    isCut: computed(() => events.value.length === MOST_EVENTS),
  };
}

/** The approvers and outside events, from the outputs of the steps that waited for them. */
function useOutsideFacts(run: () => Run) {
  const approvedBy = shallowRef<ReadonlyMap<string, string>>(new Map());
  const reachedBy = shallowRef<ReadonlyMap<string, Pick<OutsideEvent, 'name' | 'key'>>>(new Map());
  const decided = computed(() =>
    run()
      .steps.filter(({ awaits, status }) => isFromOutside(awaits) && isFinished(status))
      .map(({ id }) => id)
      .join(' '),
  );

  let latest = 0;
  async function fetchFacts(): Promise<void> {
    const asked = (latest += 1);
    const { steps } = await callApi<Run>(`/runs/${run().id}`);
    if (asked !== latest) return;
    approvedBy.value = new Map(
      steps
        .filter(({ awaits }) => awaits === 'approval')
        .flatMap((step) => entryOf(step, outputField(step, 'by'))),
    );
    reachedBy.value = new Map(
      steps
        .filter(({ awaits }) => awaits === 'event')
        .flatMap((step) => {
          const [name, key] = [outputField(step, 'name'), outputField(step, 'key')];
          return name === null || key === null ? [] : [[step.id, { name, key }] as const];
        }),
    );
  }

  // Without these facts the lines say less. The run's own request reports that the API is away.
  watch(decided, (ids) => ids !== '' && void fetchFacts().catch(() => undefined), {
    immediate: true,
  });
  return { approvedBy, reachedBy };
}

function isFromOutside(awaits: Step['awaits']): boolean {
  return awaits === 'approval' || awaits === 'event';
}

function entryOf({ id }: Step, value: string | null): [string, string][] {
  return value === null ? [] : [[id, value]];
}

function outputField({ output }: Step, name: string): string | null {
  const value = (output as Record<string, unknown> | null | undefined)?.[name];
  return typeof value === 'string' ? value : null;
}

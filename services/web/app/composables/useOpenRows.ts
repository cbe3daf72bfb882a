import { ref, shallowRef, watch, computed } from 'vue';
import type { Page, Step, Run } from '#shared/api';
import { callApi } from '~/api/call-api';
import type { LoadedItems, ChildRun } from '~/waterfall/rows';
import { ApiProblem } from '~/api/problem';
import { isFinished } from '~/status/status';

const PAGE_LENGTH = 100;
const MAX_LIMIT = 200;

/** The items of the maps that are open in the waterfall, loaded page by page. */
export function useMapItems(runId: () => string) {
  const loaded = shallowRef<ReadonlyMap<string, LoadedItems>>(new Map());
  const expanded = ref<ReadonlySet<string>>(new Set());

  function set(stepId: string, items: LoadedItems | null): void {
    const next = new Map(loaded.value);
    if (items) next.set(stepId, items);
    else next.delete(stepId);
    loaded.value = next;
  }

  function fetchPage(stepId: string, limit: number, cursor: string | null): Promise<Page<Step>> {
    const query: Record<string, string> = { limit: String(limit), outputs: 'false' };
    if (cursor) query['cursor'] = cursor;
    return callApi(`/runs/${runId()}/steps/${stepId}/items`, { query });
  }

  /** Loads the next page of a map's items. After a failure, a person can try again. */
  async function loadMore(stepId: string): Promise<void> {
    const before = loaded.value.get(stepId) ?? { items: [], nextCursor: '', isLoading: false };
    if (before.isLoading || before.nextCursor === null) return;
    set(stepId, { ...before, isLoading: true });
    try {
      const page = await fetchPage(stepId, PAGE_LENGTH, before.nextCursor || null);
      set(stepId, { ...page, items: [...before.items, ...page.items], isLoading: false });
    } catch {
      set(stepId, { ...before, isLoading: false });
    }
  }

  function open(stepId: string): void {
    expanded.value = new Set([...expanded.value, stepId]);
    if (!loaded.value.has(stepId)) void loadMore(stepId);
  }

  function close(stepId: string): void {
    expanded.value = new Set([...expanded.value].filter((id) => id !== stepId));
    set(stepId, null);
  }

  /** Fetches the items of open maps again, as many as are shown. */
  async function refresh(): Promise<void> {
    for (const stepId of expanded.value) {
      const shown = loaded.value.get(stepId);
      if (!shown || shown.isLoading) continue;
      try {
        set(stepId, { ...(await fetchSame(stepId, shown.items.length)), isLoading: false });
      } catch {
        // The run's own request reports that the API is away.
      }
    }
  }

  async function fetchSame(stepId: string, count: number): Promise<Page<Step>> {
    let page = await fetchPage(stepId, Math.min(MAX_LIMIT, Math.max(PAGE_LENGTH, count)), null);
    const items = [...page.items];
    while (page.nextCursor && items.length < count) {
      page = await fetchPage(stepId, Math.min(MAX_LIMIT, count - items.length), page.nextCursor);
      items.push(...page.items);
    }
    return { items, nextCursor: page.nextCursor };
  }

  watch(runId, () => {
    loaded.value = new Map();
    expanded.value = new Set();
  });
  return { loaded, expanded, open, close, loadMore, refresh };
}

const POLL_MS = 2000;

/**
 * The child runs that are open in the timeline, by id. They are fetched when opened, and polled
 * until they end.
 */
export function useChildRuns() {
  const opened = shallowRef<ReadonlyMap<string, ChildRun>>(new Map());
  const unfinished = computed(() =>
    [...opened.value]
      .filter(([, { run, isGone }]) => !isGone && !(run && isFinished(run.status)))
      .map(([id]) => id),
  );

  function set(id: string, child: ChildRun | null): void {
    const next = new Map(opened.value);
    if (child) next.set(id, child);
    else next.delete(id);
    opened.value = next;
  }

  async function load(id: string): Promise<void> {
    try {
      const run = await callApi<Run>(`/runs/${id}`, { query: { outputs: 'false' } });
      if (opened.value.has(id)) set(id, { run, isGone: false });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (!error.isAway && opened.value.has(id)) set(id, { run: null, isGone: true });
    }
  }

  function open(id: string): void {
    set(id, { run: null, isGone: false });
    void load(id);
  }

  usePolling(
    async () => void (await Promise.all(unfinished.value.map(load))),
    () => (unfinished.value.length > 0 ? POLL_MS : null),
  );
  return { opened, open, close: (id: string) => set(id, null) };
}

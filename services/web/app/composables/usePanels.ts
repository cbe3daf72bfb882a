import { computed, shallowReactive, watch, type ComputedRef } from 'vue';
import type { BoardList } from '#shared/api';
import { type BoardFile, type Panel, readRows } from '~/dashboards/board';
import type { PanelAddress } from '~/dashboards/panels';
import { latestValues } from '~/dashboards/series';

export interface BoardPanelEntry {
  uid: string;
  panel: Panel;
  boardTitle: string;
}

/** Boards by uid. They change only with a release, so each is fetched once. */
const boards = shallowReactive(new Map<string, BoardFile>());

/** Panels of any boards, for another page. It omits panels of boards that are not loaded yet, or that the user may not see. */
export function usePanels(wanted: () => readonly { uid: string; id: number }[]): {
  panels: ComputedRef<BoardPanelEntry[]>;
  /** Whether Prometheus is configured; null = not known yet, or the user may not see boards. */
  isConfigured: ComputedRef<boolean | null>;
  grafanaUrl: ComputedRef<string | null>;
} {
  const { seesBoards } = useAccount();
  const list = useRequest<BoardList>(() => (seesBoards.value ? { path: '/dashboards' } : null));
  const missing = computed(() =>
    seesBoards.value ? wanted().find(({ uid }) => !boards.has(uid))?.uid : undefined,
  );
  const board = useRequest<BoardFile>(() =>
    missing.value === undefined ? null : { path: `/dashboards/${missing.value}` },
  );
  watch(board.data, (found) => {
    if (found !== null) boards.set(found.uid, found);
  });
  return {
    panels: computed(() =>
      wanted().flatMap(({ uid, id }) => {
        const file = boards.get(uid);
        const panel = file && panelsOf(file).find((one) => one.id === id);
        return panel ? [{ uid, panel, boardTitle: file.title }] : [];
      }),
    ),
    isConfigured: computed(() => list.data.value?.isConfigured ?? null),
    grafanaUrl: computed(() => list.data.value?.grafanaUrl ?? null),
  };
}

const panelsOf = (board: BoardFile): Panel[] => readRows(board).flatMap(({ panels }) => panels);

const LOOK_BACK_MS = 300_000;
/** One a minute, so that a rate is that of the last minute: a scrape more or less would change it by half. */
const POINTS = 5;

/**
 * The latest values of a panel in the last 5 minutes, by series.
 * @param isConfigured whether Prometheus is configured; without it there are no values
 */
export function usePanelValues(
  { uid, id }: PanelAddress,
  isConfigured: () => boolean,
): ComputedRef<Map<string, number>> {
  const span = useRecentSpan(LOOK_BACK_MS);
  const { data } = useQueryData(() => {
    const body = { panel: id, points: POINTS };
    return isConfigured() ? { path: `/dashboards/${uid}/query`, body, times: span.value } : null;
  });
  return computed(() => latestValues(data.value));
}

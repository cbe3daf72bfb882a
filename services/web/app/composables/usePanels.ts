import { computed, shallowReactive, watch, type ComputedRef } from 'vue';
import type { BoardList } from '#shared/api';
import { type BoardFile, type Panel, readRows } from '~/dashboards/board';

/** A panel's board, and its number there. */
export interface PanelAddress {
  uid: string;
  id: number;
}

export interface BoardPanelEntry {
  uid: string;
  panel: Panel;
  boardTitle: string;
}

/** Boards by uid. They change only with a release, so each is fetched once. */
const boards = shallowReactive(new Map<string, BoardFile>());

/** Panels of any boards, for another page. It omits panels of boards that are not loaded yet. */
export function usePanels(wanted: () => readonly PanelAddress[]): {
  panels: ComputedRef<BoardPanelEntry[]>;
  /** Whether Prometheus is configured; null = not known yet. */
  isConfigured: ComputedRef<boolean | null>;
  grafanaUrl: ComputedRef<string | null>;
} {
  const list = useRequest<BoardList>(() => ({ path: '/dashboards' }));
  const missing = computed(() => wanted().find(({ uid }) => !boards.has(uid))?.uid);
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

import { useLocalStorage } from '@vueuse/core';
import { type RunsView, withView } from '~/runs/views';

/** The named filters of the person who is logged in, kept in this browser. */
export function useRunViews() {
  const { account } = useAccount();
  const me = account.value?.name ?? '';
  const views = useLocalStorage<RunsView[]>(`aio-run-views:${me}`, []);
  return {
    me,
    views,
    /** Replaces the view of this name, or the one named `oldName`, or adds it. */
    keep: (view: RunsView, oldName?: string) => {
      views.value = withView(views.value, view, oldName);
    },
    remove: (name: string) => {
      views.value = views.value.filter((view) => view.name !== name);
    },
  };
}

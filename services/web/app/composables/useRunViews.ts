import { useLocalStorage } from '@vueuse/core';
import { type RunsView, withView } from '~/runs/views';

/** The filters that the person who is logged in has named; this browser keeps them. */
export function useRunViews() {
  const { account } = useAccount();
  const me = account.value?.name ?? '';
  const views = useLocalStorage<RunsView[]>(`aio-run-views:${me}`, []);
  return {
    me,
    views,
    /** In place of the view of this name, or of the one that was called `oldName`. */
    keep: (view: RunsView, oldName?: string) => {
      views.value = withView(views.value, view, oldName);
    },
    remove: (name: string) => {
      views.value = views.value.filter((view) => view.name !== name);
    },
  };
}

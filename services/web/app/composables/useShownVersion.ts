import { computed } from 'vue';
import type { Version, Workflow } from '#shared/api';

/** The version of a workflow that `?version=` names, or else the one that the workflow shows. */
export function useShownVersion(workflow: () => Workflow) {
  const route = useRoute();
  /** null = the one that the workflow shows. */
  const other = computed(() => {
    const asked = Number(route.query['version']);
    return Number.isInteger(asked) && asked > 0 && asked !== workflow().version ? asked : null;
  });
  const { data, problem } = useRequest<Version>(() =>
    other.value === null ? null : { path: `/workflows/${workflow().name}/versions/${other.value}` },
  );
  const shown = computed(() => (other.value === null ? workflow() : data.value));
  return { other, shown, problem };
}

import { ref, shallowRef, watch } from 'vue';
import type { Fault, Validation, Workflow } from '#shared/api';
import { callApi, type ApiRequest } from '~/api/call-api';
import { ApiProblem } from '~/api/problem';

/** A definition as text, checked and stored by the API. YAML is a superset of JSON: one type does. */
export function useDefinitionEditor(initial: string) {
  const source = ref(initial);
  const faults = shallowRef<readonly Fault[]>([]);
  const isValid = ref(false);

  watch(source, () => {
    isValid.value = false;
    faults.value = [];
  });

  function post<T>(path: string): Promise<T> {
    const request: ApiRequest = {
      method: 'POST',
      body: source.value,
      contentType: 'application/yaml',
    };
    return callApi<T>(path, request);
  }

  const check = useAction(async () => {
    const { valid, errors } = await post<Validation>('/workflows/validate');
    isValid.value = valid;
    faults.value = errors;
  });

  const save = useAction(async () => {
    try {
      const { name } = await post<Workflow>('/workflows');
      await navigateTo(`/workflows/${name}`);
    } catch (error) {
      if (!(error instanceof ApiProblem) || !error.problem.errors) throw error;
      faults.value = error.problem.errors;
    }
  });
  return { source, faults, isValid, check, save };
}

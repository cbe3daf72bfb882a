import { watchDebounced } from '@vueuse/core';
import { computed, ref, type Ref, shallowRef } from 'vue';
import type { Fault, Validation, Workflow } from '#shared/api';
import { callApi, type ApiRequest } from '~/api/call-api';
import { ApiProblem } from '~/api/problem';
import { readDefinitionText } from '~/editor/definition-text';
import { faultsOf } from '~/editor/editor-fault';

const READ_AFTER_MS = 100;
/** The layout of 1,000 steps takes most of a second, too long for each key. */
const READ_MANY_AFTER_MS = 800;
const MANY_STEPS = 200;
const CHECK_AFTER_MS = 400;

/**
 * Reads a definition while a person types, has the API check it after a pause, and saves it. JSON
 * goes to the API as YAML, because YAML is a superset of JSON.
 */
export function useDefinitionEditor(text: Ref<string>, onSaved: (saved: Workflow) => unknown) {
  const definition = shallowRef(readDefinitionText(text.value));
  const broken = shallowRef<readonly Fault[]>([]);
  const checked = ref<string | null>(null);
  const { problem, ask, abort } = useLatest();
  const faults = computed(() => faultsOf(definition.value, broken.value));
  /** The steps of the last valid YAML, so that the graph stays while a person types. */
  const steps = shallowRef(definition.value.steps);

  watchDebounced(text, read, {
    debounce: () => (steps.value.length > MANY_STEPS ? READ_MANY_AFTER_MS : READ_AFTER_MS),
  });
  function read(): void {
    definition.value = readDefinitionText(text.value);
    if (definition.value.faults.length === 0) steps.value = definition.value.steps;
  }

  watchDebounced(text, () => void check(), { debounce: CHECK_AFTER_MS });
  void check();

  async function check(): Promise<void> {
    abort();
    read();
    if (definition.value.faults.length > 0) return;
    const asked = text.value;
    await ask(
      (signal) => post<Validation>('/workflows/validate', asked, signal),
      ({ errors }) => {
        broken.value = errors;
        checked.value = asked;
      },
    );
  }

  const save = useAction(async (publish: boolean) => {
    try {
      onSaved(await post<Workflow>(`/workflows?publish=${publish}`, text.value));
    } catch (error) {
      if (!(error instanceof ApiProblem) || !error.problem.errors) throw error;
      read();
      broken.value = error.problem.errors;
    }
  });

  return {
    definition,
    steps,
    faults,
    /** Whether the API accepted exactly this text. */
    isValid: computed(() => checked.value === text.value && faults.value.length === 0),
    problem: computed(() => save.problem.value ?? problem.value),
    save,
  };
}

function post<T>(path: string, body: string, signal?: AbortSignal): Promise<T> {
  const request: ApiRequest = { method: 'POST', body, contentType: 'application/yaml' };
  return callApi<T>(path, signal ? { ...request, signal } : request);
}

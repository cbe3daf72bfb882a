import { computed, ref, shallowRef, watch } from 'vue';
import type { Fault, JsonSchema, Run } from '#shared/api';
import { ApiProblem } from '~/api/problem';
import { examplesOf, fitsForm, fieldsOf, placeFaults } from '~/start-form/fields';
import { draftOf, readInput, readJson, type Draft } from '~/start-form/read-input';

/**
 * The input of a new run, as a form made from the workflow's schema or as JSON. Switching keeps
 * what was typed. The API's faults appear at their fields.
 * @param start sends the input and returns the run
 */
export function useStartForm(
  start: (input: unknown) => Promise<Run>,
  schema: () => JsonSchema | undefined,
) {
  /** As text, so that only a different schema makes a new, empty form. */
  const schemaText = computed(() => JSON.stringify(schema() ?? {}));
  const kept = computed(() => JSON.parse(schemaText.value) as JsonSchema);
  const fields = computed(() => fieldsOf(kept.value));
  const examples = computed(() => examplesOf(kept.value));
  const draft = ref<Draft>({});
  const text = ref('{}');
  const wantsJson = ref(false);
  const isJson = computed(() => wantsJson.value || fields.value === null);
  const faults = shallowRef<readonly Fault[]>([]);
  const placed = computed(() =>
    placeFaults(faults.value, isJson.value ? [] : (fields.value ?? []), '/input'),
  );

  watch(
    fields,
    (next) => {
      draft.value = next ? draftOf(next) : {};
      text.value = next ? JSON.stringify(readInput(next, draft.value).input, null, 2) : '{}';
      faults.value = [];
    },
    { immediate: true },
  );

  function read(): { input: unknown; faults: Fault[] } {
    if (!isJson.value) return readInput(fields.value ?? [], draft.value);
    const json = readJson(text.value, '/input');
    return 'fault' in json
      ? { input: {}, faults: [json.fault] }
      : { input: json.value, faults: [] };
  }

  /** Switches to JSON and back. Invalid JSON stays until it parses. */
  function switchMode(toJson: boolean): void {
    const current = read();
    if (!toJson && current.faults.length > 0) {
      faults.value = current.faults;
      return;
    }
    if (toJson) text.value = JSON.stringify(current.input, null, 2);
    else if (fields.value) draft.value = draftOf(fields.value, current.input);
    faults.value = [];
    wantsJson.value = toJson;
  }

  /** Replaces what was typed. */
  function fill(input: unknown): void {
    const form = fields.value;
    if (form && !fitsForm(input, form)) wantsJson.value = true;
    if (isJson.value) text.value = JSON.stringify(input, null, 2);
    else if (form) draft.value = draftOf(form, input);
    faults.value = [];
  }

  const submit = useAction(async () => {
    const { input, faults: unreadable } = read();
    faults.value = unreadable;
    if (unreadable.length > 0) return;
    try {
      const run = await start(input);
      await navigateTo(`/runs/${run.id}`);
    } catch (error) {
      if (!(error instanceof ApiProblem) || !error.problem.errors) throw error;
      faults.value = error.problem.errors;
    }
  });
  return { fields, examples, draft, text, isJson, placed, switchMode, fill, submit };
}

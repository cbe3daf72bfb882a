import { computed, ref, shallowRef, watch } from 'vue';
import type { Fault, JsonSchema, Run } from '#shared/api';
import { ApiProblem } from '~/api/problem';
import { examplesOf, fitsForm } from '~/start-form/examples';
import { fieldsOf } from '~/start-form/field';
import { placeFaults } from '~/start-form/place-faults';
import { draftOf, readInput, readJson, type Draft } from '~/start-form/read-input';

/**
 * The input of a run to be started, as a form made from the workflow's schema or as JSON text; a
 * switch takes what was typed along. What the API finds wrong is placed at the fields.
 * @param start sends the input, and answers the run
 */
export function useStartForm(
  start: (input: unknown) => Promise<Run>,
  schema: () => JsonSchema | undefined,
) {
  /** As text, so that only another schema makes another form, in which nothing is typed. */
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

  /** To JSON and back. JSON that does not parse stays where it is until it does. */
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

  /** Puts an input in the place of what was typed. */
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

import type { Definition } from '../definition.ts';
import { listInstances } from '../instances.ts';
import { factorFor, toWorkflow } from '../wfformat-workflow.ts';

/** So fast that the longest task of a recorded workflow takes this long. */
const LONGEST_TASK_MS = 100;
/** Larger ones would be most of the load. */
const MOST_TASKS = 300;

/** The recorded workflows that are small enough to be run many times; none where the folder is missing. */
export function readRecorded(
  folder: string | undefined,
  say: (line: string) => void,
): Definition[] {
  const instances = listInstances(folder);
  if ('missing' in instances) {
    say(`without recorded workflows: ${instances.missing}`);
    return [];
  }
  return instances.files
    .map((file) => ({ name: file.name, instance: file.read() }))
    .filter(({ instance }) => instance.tasks.length <= MOST_TASKS)
    .map(({ name, instance }) => ({
      ...toWorkflow(instance, factorFor(instance, LONGEST_TASK_MS)),
      name,
    }));
}

import type { Definition } from '../definition.ts';
import { listInstances } from '../instances.ts';
import { factorFor, toWorkflow } from '../wfformat.ts';

/** Recorded workflows are sped up until their longest task takes this long. */
const LONGEST_TASK_MS = 100;
/** Larger workflows would dominate the load. */
const MOST_TASKS = 300;

/** Recorded workflows with up to 300 tasks; none if the folder is missing. */
export function readRecorded(
  folder: string | undefined,
  say: (line: string) => void,
): Definition[] {
  const instances = listInstances(folder);
  if ('missing' in instances) {
    say(`no recorded workflows: ${instances.missing}`);
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

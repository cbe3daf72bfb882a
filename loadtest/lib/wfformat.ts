/** Reads WfCommons WfFormat 1.5: what a scientific workflow's production run consisted of. */

const VERSION = '1.5';

export interface WfInstance {
  name: string;
  tasks: WfTask[];
}

interface WfTask {
  /** As recorded; any characters. */
  id: string;
  parents: string[];
  /** How long it ran. */
  runtimeMs: number;
}

/** The part of a file that is read here. */
interface WfDocument {
  name?: string;
  schemaVersion: string;
  workflow: {
    specification: { tasks: { id: string; parents?: string[] }[] };
    execution: { tasks: { id: string; runtimeInSeconds: number }[] };
  };
}

/**
 * Takes the tasks out of a parsed instance. Whether they are a DAG, the API says of the workflow that is made of them.
 * @throws Error when the format is another one, a task is there twice, or it has no time
 */
export function readWfInstance(document: unknown): WfInstance {
  const { name = 'instance', schemaVersion, workflow } = document as WfDocument;
  if (schemaVersion !== VERSION)
    throw new Error(`schemaVersion is ${JSON.stringify(schemaVersion)}, expected "${VERSION}"`);
  const { specification, execution } = workflow;
  const runtimes = new Map(execution.tasks.map((task) => [task.id, task.runtimeInSeconds]));
  const seen = new Set<string>();
  const tasks = specification.tasks.map(({ id, parents = [] }) => {
    const seconds = runtimes.get(id);
    if (seen.has(id)) throw new Error(`task ${id} is there twice`);
    seen.add(id);
    if (!Number.isFinite(seconds) || (seconds as number) < 0)
      throw new Error(`task ${id} has the runtimeInSeconds ${JSON.stringify(seconds)}`);
    return { id, parents: [...new Set(parents)], runtimeMs: (seconds as number) * 1000 };
  });
  return { name, tasks };
}

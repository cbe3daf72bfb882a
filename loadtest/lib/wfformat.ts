/** Reads WfCommons WfFormat 1.5: recorded runs of scientific workflows. */

const VERSION = '1.5';

export interface WfInstance {
  name: string;
  tasks: WfTask[];
}

interface WfTask {
  /** Recorded id; may contain any characters. */
  id: string;
  parents: string[];
  runtimeMs: number;
}

/** The part of a file that we read. */
interface WfDocument {
  name?: string;
  schemaVersion: string;
  workflow: {
    specification: { tasks: { id: string; parents?: string[] }[] };
    execution: { tasks: { id: string; runtimeInSeconds: number }[] };
  };
}

/**
 * Extracts the tasks of a parsed instance. The API later checks that they form a DAG.
 * @throws Error for another format version, a duplicate task, or a task without a valid time
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
    if (seen.has(id)) throw new Error(`duplicate task ${id}`);
    seen.add(id);
    if (!Number.isFinite(seconds) || (seconds as number) < 0)
      throw new Error(`task ${id} has an invalid runtimeInSeconds: ${JSON.stringify(seconds)}`);
    return { id, parents: [...new Set(parents)], runtimeMs: (seconds as number) * 1000 };
  });
  return { name, tasks };
}

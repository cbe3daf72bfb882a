/** Reads WfCommons WfFormat 1.5: what a scientific workflow's production run consisted of. */

import { findCycle } from './cycle.ts';

export const WFFORMAT_VERSION = '1.5';

export interface WfInstance {
  name: string;
  tasks: WfTask[];
}

export interface WfTask {
  /** As recorded; any characters. */
  id: string;
  parents: string[];
  /** How long it ran. */
  runtimeMs: number;
}

/** Everything that is wrong with an instance. */
export class WfFormatError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`not a WfFormat ${WFFORMAT_VERSION} instance: ${faults.join('; ')}`);
    this.name = 'WfFormatError';
    this.faults = faults;
  }
}

/**
 * Checks a parsed instance and takes the tasks out of it.
 * @throws WfFormatError with every fault
 */
export function readWfInstance(document: unknown): WfInstance {
  const root = record(document) ?? {};
  if (root['schemaVersion'] !== WFFORMAT_VERSION) {
    throw new WfFormatError([
      `schemaVersion is ${JSON.stringify(root['schemaVersion'])}, expected "${WFFORMAT_VERSION}"`,
    ]);
  }
  const workflow = record(root['workflow']) ?? {};
  const specified = list(record(workflow['specification'])?.['tasks']);
  const executed = list(record(workflow['execution'])?.['tasks']);
  const faults: string[] = [];
  if (specified.length === 0) faults.push('workflow.specification.tasks is missing or empty');
  if (executed.length === 0) faults.push('workflow.execution.tasks is missing or empty');
  const nodes = readNodes(specified, faults);
  checkEdges(nodes, faults);
  const runtimes = readRuntimes(executed, nodes, faults);
  if (faults.length > 0) throw new WfFormatError(faults);
  const name = typeof root['name'] === 'string' ? root['name'] : 'instance';
  const tasks = [...nodes.values()].map(({ id, parents }) => ({
    id,
    parents: [...parents],
    runtimeMs: runtimes.get(id) as number,
  }));
  return { name, tasks };
}

interface Node {
  id: string;
  parents: Set<string>;
  children: Set<string>;
}

function readNodes(tasks: readonly unknown[], faults: string[]): Map<string, Node> {
  const nodes = new Map<string, Node>();
  for (const [index, value] of tasks.entries()) {
    const task = record(value) ?? {};
    const id = task['id'];
    if (typeof id !== 'string' || id === '') {
      faults.push(`specification task ${index} has no id`);
    } else if (nodes.has(id)) {
      faults.push(`task ${id} is there twice`);
    } else {
      const [parents, children] = [task['parents'], task['children']].map(
        (ids) => new Set(list(ids).map(String)),
      ) as [Set<string>, Set<string>];
      nodes.set(id, { id, parents, children });
    }
  }
  return nodes;
}

/** Every edge stands in both its ends, and no path leads back to where it began. */
function checkEdges(nodes: ReadonlyMap<string, Node>, faults: string[]): void {
  for (const { id, parents, children } of nodes.values()) {
    for (const parent of parents) {
      const node = nodes.get(parent);
      if (!node) faults.push(`task ${id} has the unknown parent ${parent}`);
      else if (!node.children.has(id))
        faults.push(`task ${id} has the parent ${parent}, which does not list it as a child`);
    }
    for (const child of children) {
      const node = nodes.get(child);
      if (!node) faults.push(`task ${id} has the unknown child ${child}`);
      else if (!node.parents.has(id))
        faults.push(`task ${id} has the child ${child}, which does not list it as a parent`);
    }
  }
  const cycle = findCycle([...nodes.keys()], (id) => nodes.get(id)?.parents ?? []);
  if (cycle) faults.push(`tasks wait for each other: ${cycle.join(' -> ')}`);
}

function readRuntimes(
  tasks: readonly unknown[],
  nodes: ReadonlyMap<string, Node>,
  faults: string[],
): Map<string, number> {
  const runtimes = new Map<string, number>();
  for (const value of tasks) {
    const { id, runtimeInSeconds: seconds } = record(value) ?? {};
    if (typeof id !== 'string' || !nodes.has(id)) {
      faults.push(`an execution task is named ${JSON.stringify(id)}, which is not specified`);
    } else if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0) {
      faults.push(`task ${id} has the runtimeInSeconds ${JSON.stringify(seconds)}`);
    } else runtimes.set(id, seconds * 1000);
  }
  const named = new Set(tasks.map((value) => record(value)?.['id']));
  for (const id of nodes.keys()) if (!named.has(id)) faults.push(`task ${id} was not executed`);
  return runtimes;
}

function record(value: unknown): Record<string, unknown> | undefined {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

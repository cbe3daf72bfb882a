/** Reads WfCommons WfFormat 1.5: recorded runs of scientific workflows. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Definition } from '@aio/tools/system/definition';
import { PROJECT_ROOT } from '@aio/tools/system/own-servers';
import { SIMULATOR_INPUT, workUrl } from './shapes.ts';

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

/** Speed-up factor for an instance whose longest task shall take `longestMs`; at least 1. */
export function factorFor(instance: WfInstance, longestMs: number): number {
  const recordedMs = Math.max(...instance.tasks.map((task) => task.runtimeMs));
  return Math.max(1, recordedMs / longestMs);
}

/**
 * Makes a workflow of a recorded instance. Each task becomes an `http` call to the simulator that takes
 * the recorded time divided by `factor`, at least a millisecond.
 */
export function toWorkflow(instance: WfInstance, factor: number): Definition {
  const steps = instance.tasks.map(({ id, parents, runtimeMs }) => [
    toStepId(id),
    {
      type: 'http',
      needs: parents.map(toStepId),
      with: { url: workUrl(Math.max(1, Math.round(runtimeMs / factor))) },
    },
  ]);
  return {
    name: toWorkflowName(instance.name),
    description: `${instance.tasks.length} recorded tasks, ${factor.toFixed(1)} times as fast.`,
    input: SIMULATOR_INPUT,
    steps: Object.fromEntries(steps) as Definition['steps'],
  };
}

function toWorkflowName(text: string): string {
  const clean = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return clean.replace(/^-+/, '').slice(0, 63).replace(/-+$/, '') || 'instance';
}

const MAX_LENGTH = 64;
const HASH_LENGTH = 8;

/**
 * Makes a step id of any text. A valid id stays as it is; otherwise the id gets a hash of the text, so that
 * two texts never share an id.
 */
export function toStepId(text: string): string {
  const clean = text.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9]|$)/, '_');
  if (clean === text && clean.length <= MAX_LENGTH) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
  return `${clean.slice(0, MAX_LENGTH - HASH_LENGTH - 1)}_${hash}`;
}

/** Folder of recorded workflows without WFINSTANCES_DIR. */
export const DEFAULT_INSTANCES_DIR = resolve(PROJECT_ROOT, '../shared/wfinstances');

export interface InstanceFile {
  /** The file's name without `.json`. */
  name: string;
  /** @throws Error, SyntaxError */
  read(): WfInstance;
}

export type Instances = { files: InstanceFile[] } | { missing: string };

/**
 * Lists recorded workflows in alphabetical order, or gives the reason why there are none.
 * @param folder value of WFINSTANCES_DIR, relative to the project's root
 */
export function listInstances(folder: string | undefined): Instances {
  const path = folder ? resolve(PROJECT_ROOT, folder) : DEFAULT_INSTANCES_DIR;
  let names: string[];
  try {
    names = readdirSync(path).filter((name) => name.endsWith('.json'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    return {
      missing: `folder ${path} not found: set WFINSTANCES_DIR to a folder with WfFormat files`,
    };
  }
  if (names.length === 0) return { missing: `no .json files in ${path}` };
  return {
    files: names.sort().map((name) => ({
      name: basename(name, '.json'),
      read: () => readWfInstance(JSON.parse(readFileSync(join(path, name), 'utf8'))),
    })),
  };
}

/** Finds all faults of a definition. */

import type { Fault } from '../errors.ts';
import { createPatternCheck } from '../expression/pattern-check.ts';
import { exceedsDepth, measureJsonBytes } from '../json/size.ts';
import { checkSchema } from '../json/check-schema.ts';
import { compileSchema } from '../json/schema-validator.ts';
import { isObject } from '../json/walk-schema.ts';
import { checkTemplate, type ExpressionCheckContext } from './check-expressions.ts';
import { checkGraph } from './check-graph.ts';
import { checkStep } from './check-step.ts';
import { checkDuration } from './duration.ts';
import { FaultList, stepPointer } from './fault-list.ts';
import { createAncestry } from './graph.ts';
import { expandsItems } from './kinds/registry.ts';
import { MAX_DEFINITION_BYTES, MAX_DEFINITION_DEPTH, MAX_STEPS } from './limits.ts';
import { STEP_ID_PATTERN } from './names.ts';
import { StepSchema, WorkflowFrameSchema } from './schema.ts';

const STEP_ID = new RegExp(STEP_ID_PATTERN);

/** Each step is validated alone, so that faults of the first steps do not hide later ones. */
const validateFrame = compileSchema(WorkflowFrameSchema);
const validateStep = compileSchema(StepSchema, { discriminator: true });

/**
 * Returns all faults of a definition, at most `MAX_FAULTS` and then one with the rule `more`. If
 * there are none, the value is a `WorkflowDefinition`. Does not throw.
 *
 * @param value any JSON, as `parseDefinition` returns it
 */
export function validateDefinition(value: unknown): Fault[] {
  const faults = new FaultList();
  const steps = isObject(value) && isObject(value['steps']) ? value['steps'] : {};
  if (!checkSize(value, steps, faults)) return faults.toFaults();

  faults.addAll(validateFrame(value));
  if (!isObject(value)) return faults.toFaults();
  faults.addAll(checkDuration(value['timeout']), '/timeout');
  const checkPattern = createPatternCheck();
  if (isObject(value['input'])) {
    faults.addAll(checkSchema(value['input'], checkPattern), '/input');
  }
  for (const [id, step] of Object.entries(steps)) {
    if (faults.isFull) break;
    checkId(id, faults);
    faults.addAll(validateShape(step), stepPointer(id));
  }

  const indexOf = new Map(Object.keys(steps).map((id, index) => [id, index]));
  const graph = checkGraph(steps, indexOf, faults);
  const ancestry = graph && createAncestry(graph);
  const context: ExpressionCheckContext = { indexOf, ancestry, checkPattern, faults };
  for (const [id, index] of indexOf) {
    if (faults.isFull) break;
    if (isObject(steps[id])) checkStep(id, steps[id], index, context);
  }
  const place = { step: null, hasSteps: true, hasItem: false, hasSecrets: false };
  for (const field of ['title', 'labels'])
    checkTemplate(value[field], `/${field}`, { ...place, hasSteps: false }, context);
  checkTemplate(value['output'], '/output', place, context);
  return faults.toFaults();
}

/** Limits the work of all other checks; false = do not run them. */
function checkSize(value: unknown, steps: object, faults: FaultList): boolean {
  const refuse = (pointer: string, message: string, hint: string) => {
    faults.add(() => ({ pointer, rule: 'limit', message, hint }));
    return false;
  };
  if (measureJsonBytes(value, MAX_DEFINITION_BYTES) === Infinity) {
    const message = `a definition can have at most ${MAX_DEFINITION_BYTES} bytes of JSON`;
    return refuse('', message, 'move data into the input of the run');
  }
  if (exceedsDepth(value, MAX_DEFINITION_DEPTH)) {
    return refuse('', `nested more than ${MAX_DEFINITION_DEPTH} levels deep`, 'flatten it');
  }
  if (Object.keys(steps).length > MAX_STEPS) {
    const message = `a workflow can have at most ${MAX_STEPS} steps`;
    return refuse('/steps', message, 'use maps for repeated steps');
  }
  return true;
}

/** Faults of a step against the schema. For a map in a map, the schema would report an unknown type. */
function validateShape(step: unknown): Fault[] {
  const isNestedMap =
    isObject(step) &&
    expandsItems(step['type']) &&
    isObject(step['step']) &&
    expandsItems(step['step']['type']);
  if (!isNestedMap) return validateStep(step);
  return [
    ...validateStep(step).filter(({ pointer }) => pointer !== '/step/type'),
    {
      pointer: '/step/type',
      rule: 'map_in_map',
      message: 'a map cannot contain a map',
      hint: 'make one list of all items in a transform step, or use a workflow step',
    },
  ];
}

function checkId(id: string, faults: FaultList): void {
  if (STEP_ID.test(id)) return;
  faults.add(() => ({
    pointer: stepPointer(id),
    rule: 'step_id',
    message: `"${id.slice(0, 100)}" is not a valid step id`,
    hint: 'use letters, digits and _, at most 64; do not start with a digit',
  }));
}

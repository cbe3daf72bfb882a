/** Finds all that is wrong with a definition. */

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

/** Steps are validated one by one, so that the faults of the first ones do not hide the rest. */
const validateFrame = compileSchema(WorkflowFrameSchema);
const validateStep = compileSchema(StepSchema, { discriminator: true });

/**
 * All faults of a definition, each with the place, the rule and what to do; none = it is valid and
 * a `WorkflowDefinition`. At most `MAX_FAULTS`, then one with the rule `more`. Does not throw.
 *
 * @param value any JSON, as `parseDefinition` gives it
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
  const place = { step: null, hasItem: false, hasSecrets: false };
  checkTemplate(value['output'], '/output', place, context);
  return faults.toFaults();
}

/** Bounds the work of all other checks; false = they should not run. */
function checkSize(value: unknown, steps: object, faults: FaultList): boolean {
  const refuse = (pointer: string, message: string, hint: string) => {
    faults.add(() => ({ pointer, rule: 'limit', message, hint }));
    return false;
  };
  if (measureJsonBytes(value, MAX_DEFINITION_BYTES) === Infinity) {
    const message = `a definition may have ${MAX_DEFINITION_BYTES} bytes of JSON at most`;
    return refuse('', message, 'move data into the input of the run');
  }
  if (exceedsDepth(value, MAX_DEFINITION_DEPTH)) {
    return refuse('', `nested more than ${MAX_DEFINITION_DEPTH} deep`, 'flatten it');
  }
  if (Object.keys(steps).length > MAX_STEPS) {
    const message = `a workflow may have ${MAX_STEPS} steps at most`;
    return refuse('/steps', message, 'put work of the same kind into maps');
  }
  return true;
}

/** Faults of a step against the schema, to which a map in a map is just a type that is not there. */
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
      message: 'a map cannot stand in a map',
      hint: 'make one list of all items first, in a transform step',
    },
  ];
}

function checkId(id: string, faults: FaultList): void {
  if (STEP_ID.test(id)) return;
  faults.add(() => ({
    pointer: stepPointer(id),
    rule: 'step_id',
    message: `"${id.slice(0, 100)}" cannot be the id of a step`,
    hint: 'letters, digits and _, not a digit first, 64 at most',
  }));
}

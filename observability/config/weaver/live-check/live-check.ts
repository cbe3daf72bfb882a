import { identifySpan } from './identify-span.ts';
import { Findings } from './findings.ts';
import type { LiveRegistry, SignalDefinition } from './live-registry.ts';
import type { AttributeSample, LogSample, MetricSample, Sample, SpanSample } from './samples.ts';
import { fits, typeOf } from './value-types.ts';

/** What was compared, and what differs. */
export interface LiveCheck {
  readonly checked: { spans: number; logs: number; metrics: number; series: number };
  /** One line per difference: what, where, what to do, and how often. */
  readonly findings: readonly string[];
}

/**
 * Compares telemetry with a registry of Weaver, by the rules of `weaver registry live-check`. Unlike Weaver, it also finds the
 * definition of a span, by its name, and checks kind and attributes. A registry cannot say when a conditional attribute
 * is required, so nobody checks that.
 */
export function liveCheck(registry: LiveRegistry, samples: readonly Sample[]): LiveCheck {
  const findings = new Findings();
  const checked = { spans: 0, logs: 0, metrics: 0, series: 0 };
  for (const sample of samples) {
    if ('span' in sample) {
      checked.spans += 1;
      checkSpan(registry, sample.span, findings);
    } else if ('log' in sample) {
      checked.logs += 1;
      checkLog(registry, sample.log, findings);
    } else if ('metric' in sample) {
      checked.metrics += 1;
      checked.series += sample.metric.data_points.length;
      checkMetric(registry, sample.metric, findings);
    } else {
      checkResource(registry, sample.resource, findings);
    }
  }
  return { checked, findings: findings.lines() };
}

function checkSpan(registry: LiveRegistry, span: SpanSample, findings: Findings): void {
  const where = `span "${span.name}" of ${span.from}`;
  const definition = identifySpan(span, registry.spans);
  if (!definition)
    return findings.add(where, `no ${span.kind} span of the registry has such a name`, DEFINE_IT);
  const { kind, type } = definition;
  if (kind !== span.kind)
    findings.add(where, `its kind is ${span.kind}, that of ${type} is ${kind}`, CHANGE_ONE);
  checkSignal(registry, { where, definition, ...span }, findings);
  for (const event of span.span_events)
    for (const attribute of event.attributes)
      checkAttribute(registry, `event ${event.name} in ${where}`, attribute, findings);
}

function checkLog(registry: LiveRegistry, log: LogSample, findings: Findings): void {
  const where = `log record ${log.event_name || 'without an event name'} of ${log.from}`;
  const definition = registry.events.get(log.event_name);
  if (!definition) return findings.add(where, 'the registry has no such event', DEFINE_IT);
  checkSignal(registry, { where, definition, ...log }, findings);
}

function checkMetric(registry: LiveRegistry, metric: MetricSample, findings: Findings): void {
  const where = `metric ${metric.name} of ${metric.from}`;
  const definition = registry.metrics.get(metric.name);
  if (!definition) return findings.add(where, 'the registry has no such metric', DEFINE_IT);
  const { instrument, unit } = definition;
  if (instrument !== metric.instrument)
    findings.add(
      where,
      `it is a ${metric.instrument}, in the registry a ${instrument}`,
      CHANGE_ONE,
    );
  if (unit !== metric.unit)
    findings.add(where, `its unit is ${metric.unit}, in the registry ${unit}`, CHANGE_ONE);
  for (const { attributes } of metric.data_points)
    checkSignal(registry, { where, definition, attributes }, findings);
}

/** All entities together describe a resource. It needs the identity of each that it has any attribute of. */
function checkResource(
  registry: LiveRegistry,
  { attributes, from }: { attributes: readonly AttributeSample[]; from: string },
  findings: Findings,
): void {
  const where = `resource of ${from}`;
  const names = new Set(attributes.map(({ name }) => name));
  for (const { identity, description = [] } of registry.entities)
    if ([...identity, ...description].some(({ ref }) => names.has(ref)))
      for (const { ref } of identity)
        if (!names.has(ref)) findings.add(where, `it lacks ${ref}`, SET_IT);
  for (const attribute of attributes) checkAttribute(registry, where, attribute, findings);
}

interface CheckedSignal {
  where: string;
  definition: SignalDefinition;
  attributes: readonly AttributeSample[];
}

function checkSignal(
  registry: LiveRegistry,
  { where, definition, attributes }: CheckedSignal,
  findings: Findings,
): void {
  if (definition.deprecated !== undefined) findings.add(where, 'it is deprecated', STOP_IT);
  const names = new Set(attributes.map(({ name }) => name));
  for (const { ref, requirement_level: level } of definition.attributes)
    if (level === 'required' && !names.has(ref))
      findings.add(where, `it lacks ${ref}, which is required`, SET_IT);
  const listed = new Set(definition.attributes.map(({ ref }) => ref));
  for (const attribute of attributes) {
    const isKnown = checkAttribute(registry, where, attribute, findings);
    if (isKnown && !listed.has(attribute.name))
      findings.add(where, `its definition does not list ${attribute.name}`, LIST_IT);
  }
}

/** @returns whether the registry defines the attribute */
function checkAttribute(
  registry: LiveRegistry,
  where: string,
  { name, value }: AttributeSample,
  findings: Findings,
): boolean {
  const definition = registry.attributes.get(name);
  if (!definition) {
    findings.add(where, `the registry does not define ${name}`, DEFINE_IT);
    return false;
  }
  const { type, deprecated } = definition;
  if (deprecated !== undefined) findings.add(where, `${name} is deprecated`, STOP_IT);
  if (!fits(value, type))
    findings.add(where, `${name} is ${JSON.stringify(value)}, not ${typeOf(type)}`, CHANGE_ONE);
  return true;
}

const DEFINE_IT = 'define it in the registry, or do not export it';
const LIST_IT = 'list the attribute there, or do not set it';
const SET_IT = 'set it, or make it optional in the registry';
const STOP_IT = 'export its replacement';
const CHANGE_ONE = 'change the code or the registry';

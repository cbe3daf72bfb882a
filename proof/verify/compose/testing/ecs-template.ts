import { parse, type ScalarTag, type CollectionTag, type YAMLSeq } from 'yaml';
import { readText } from './files.ts';

export const TEMPLATE = 'deploy/ecs/template.yaml';

/** A value of the template. Functions are objects such as `{ Ref: … }` or `{ 'Fn::Sub': … }`. */
export type Value = string | number | boolean | Value[] | { [name: string]: Value };

export interface Resource<Properties = Record<string, Value>> {
  Type: string;
  Condition?: string;
  DependsOn?: string | string[];
  Properties: Properties;
}

interface Secret {
  Name: string;
  ValueFrom: Value;
}

export interface Container {
  Name: string;
  Image: Value;
  Command?: string[];
  Memory: number;
  ReadonlyRootFilesystem?: boolean;
  LinuxParameters?: { Capabilities: { Drop: string[] } };
  PortMappings?: { ContainerPort: number }[];
  Environment: { Name: string; Value: Value }[];
  Secrets?: Secret[];
  HealthCheck?: {
    Command: string[];
    Interval: number;
    Timeout: number;
    Retries: number;
    StartPeriod: number;
  };
  StopTimeout?: number;
}

export interface TaskDefinition {
  Cpu: string;
  Memory: string;
  ContainerDefinitions: Container[];
}

export interface Template {
  Metadata: {
    'AWS::CloudFormation::Interface': { ParameterGroups: { Parameters: string[] }[] };
  };
  Parameters: Record<string, { Type: string; Default?: string | number }>;
  Conditions: Record<string, Value>;
  Mappings: Record<string, Record<string, Record<string, string>>>;
  /** Loops are expanded. */
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: Value }>;
}

/** Functions with short forms: `!Sub x` means `Fn::Sub: x`. */
const FUNCTIONS = ['Sub', 'If', 'Equals', 'Not', 'Or', 'GetAtt', 'Join', 'FindInMap'];

/** Parses the template and expands its loops. Does not resolve functions. */
export function readTemplate(): Template {
  const template = parse(readText(TEMPLATE), { customTags: shortForms() }) as Template;
  return { ...template, Resources: expandLoops(template.Resources) };
}

/** @returns a task definition with its optional secrets; AIO's container is the first */
export function taskOf({ Resources }: Template, name: string): TaskDefinition {
  const task = Resources[name];
  if (task?.Type !== 'AWS::ECS::TaskDefinition')
    throw new Error(`${name} is not a task definition`);
  const { ContainerDefinitions, ...definition } = task.Properties as unknown as TaskDefinition;
  return {
    ...definition,
    ContainerDefinitions: ContainerDefinitions.map((container) => ({
      ...container,
      ...(container.Secrets && { Secrets: container.Secrets.map(present) }),
    })),
  };
}

/** The secret of `!If [condition, secret, !Ref AWS::NoValue]`. */
function present(secret: Secret | { 'Fn::If': [string, Secret, Value] }): Secret {
  return 'Fn::If' in secret ? secret['Fn::If'][1] : secret;
}

/**
 * @returns the value of a variable of any container of the task
 * @throws Error if no container has it
 */
export function variableOf(template: Template, task: string, variable: string): Value {
  const variables = taskOf(template, task).ContainerDefinitions.flatMap(
    ({ Environment }) => Environment,
  );
  const found = variables.find(({ Name }) => Name === variable);
  if (!found) throw new Error(`${task} has no ${variable}`);
  return found.Value;
}

/** All resources of a type, by name. */
export function resourcesOf<Properties>(
  { Resources }: Template,
  type: string,
): [name: string, resource: Resource<Properties>][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type) as never;
}

/** Expands `Fn::ForEach` with a literal list: replaces `${Name}` and `{ Ref: Name }` in its body. */
function expandLoops(resources: Record<string, unknown>): Record<string, Resource> {
  const all = Object.entries(resources).flatMap(([name, body]) => {
    if (!name.startsWith('Fn::ForEach::')) return [[name, body]];
    const [variable, values, fragment] = body as [string, string[], object];
    return values.flatMap((value) => {
      const text = JSON.stringify(fragment)
        .replaceAll(`\${${variable}}`, value)
        .replaceAll(JSON.stringify({ Ref: variable }), JSON.stringify(value));
      return Object.entries(JSON.parse(text) as object);
    });
  });
  return Object.fromEntries(all) as Record<string, Resource>;
}

function shortForms(): (ScalarTag | CollectionTag)[] {
  const forms = [
    ['!Ref', 'Ref'],
    ['!Condition', 'Condition'],
    ...FUNCTIONS.map((name) => [`!${name}`, `Fn::${name}`]),
  ] as [tag: string, name: string][];
  return forms.flatMap(([tag, name]) => [
    { tag, resolve: (text: string) => ({ [name]: text }) },
    { tag, collection: 'seq', resolve: (seq) => ({ [name]: (seq as YAMLSeq).toJSON() }) },
  ]) as (ScalarTag | CollectionTag)[];
}

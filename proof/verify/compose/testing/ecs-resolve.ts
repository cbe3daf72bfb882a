import type { Template, Value } from './ecs-template.ts';

export type Parameters = Readonly<Record<string, string>>;

/**
 * Resolves a value as CloudFormation does, with default parameters unless given. Attributes of resources become text
 * such as `Database.Endpoint.Address`. @throws Error at an unsupported function
 */
export function resolveValue(template: Template, value: Value, given: Parameters): string {
  const parameterOf = (name: string) => given[name] ?? template.Parameters[name]?.Default ?? name;

  function resolve(value: Value): string {
    if (typeof value !== 'object' || Array.isArray(value)) return String(value);
    const [[name, argument] = []] = Object.entries(value);
    switch (name) {
      case 'Ref':
        return String(parameterOf(String(argument)));
      case 'Fn::GetAtt':
        return [argument].flat().join('.');
      case 'Fn::FindInMap': {
        const [map, key, attribute] = (argument as Value[]).map(resolve);
        return template.Mappings[map!]![key!]![attribute!]!;
      }
      case 'Fn::If': {
        const [condition, yes, no] = argument as [string, Value, Value];
        return resolve(holds(template.Conditions[condition]!) ? yes : no);
      }
      case 'Fn::Sub': {
        const [text, variables] = [argument].flat() as [string, Record<string, Value>?];
        return text.replaceAll(/\$\{([\w:.]+)\}/g, (_, variable: string) =>
          variables?.[variable] === undefined
            ? String(parameterOf(variable))
            : resolve(variables[variable]),
        );
      }
      default:
        throw new Error(`${name} is not supported`);
    }
  }

  function holds(condition: Value): boolean {
    const [[name, argument] = []] = Object.entries(condition);
    const [first, second] = argument as [Value, Value];
    switch (name) {
      case 'Fn::Equals':
        return resolve(first) === resolve(second);
      case 'Fn::Not':
        return !holds(first);
      default:
        throw new Error(`${name} is not supported`);
    }
  }

  return resolve(value);
}

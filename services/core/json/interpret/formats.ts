/** The formats of JSON Schema, checked in linear time. */

import addFormats, { type FormatName } from 'ajv-formats';

/** Longest text that is compiled as a regular expression. */
const MAX_REGEX_LENGTH = 1_000;

/**
 * The fast formats of ajv-formats: anchored expressions in which one character decides how to go on.
 * Those of `url` (quadratic) and `byte` (tried at every line) are not like that.
 */
const LINEAR = [
  'date',
  'time',
  'date-time',
  'iso-time',
  'iso-date-time',
  'duration',
  'uri',
  'uri-reference',
  'uri-template',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
  'json-pointer',
  'json-pointer-uri-fragment',
  'relative-json-pointer',
] as const satisfies FormatName[];

type IsOfFormat<T> = (data: T) => boolean;

/** By name. Unknown formats are ignored. */
export const TEXT_FORMATS: ReadonlyMap<string, IsOfFormat<string>> = new Map<
  string,
  IsOfFormat<string>
>([
  ...LINEAR.map((name) => [name, linearFormat(name)] as const),
  ['url', (text) => /^(?:https?|ftp):\/\/\S+$/i.test(text) && URL.canParse(text)],
  ['byte', (text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)],
  ['regex', (text) => text.length <= MAX_REGEX_LENGTH && isRegex(text)],
]);

export const NUMBER_FORMATS: ReadonlyMap<string, IsOfFormat<number>> = new Map([
  ['int32', (data) => Number.isInteger(data) && Math.abs(data + 0.5) < 2 ** 31],
  ['int64', (data) => Number.isInteger(data)],
]);

function linearFormat(name: (typeof LINEAR)[number]): IsOfFormat<string> {
  const format = addFormats.default.get(name, 'fast');
  const check = typeof format === 'object' && 'validate' in format ? format.validate : format;
  if (check instanceof RegExp) return (text) => check.test(text);
  if (typeof check === 'function') return check as IsOfFormat<string>;
  throw new Error(`ajv-formats has no check for ${name}`);
}

function isRegex(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/** Signatures of the functions in expressions; complete.test.ts compares them with the engine's. */
export const FUNCTION_SIGNATURES: Readonly<Record<string, string>> = {
  size: 'size(x) -> int',
  string: 'string(x) -> string',
  int: 'int(x) -> int',
  double: 'double(x) -> double',
  bool: 'bool(x) -> bool',
  json: 'json(x) -> string',
  parseJson: 'parseJson(text) -> any',
  base64: 'base64(text) -> string',
  urlEncode: 'urlEncode(text) -> string',
  join: 'join(list, separator = "") -> string',
  chunks: 'chunks(text, size) -> list',
};

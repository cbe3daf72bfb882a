/** Resolves the references of a schema. */

import { resolvePointer } from './pointer.ts';
import { isObject, type Schema } from './walk-schema.ts';

/** The places in one schema that a reference can point to. */
export class References {
  readonly #root: unknown;
  readonly #anchors = new Map<string, Schema>();

  constructor(root: unknown) {
    this.#root = root;
  }

  /** Call it with every subschema before `find`. */
  addAnchors(schema: Schema): void {
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      const name = schema[keyword];
      if (typeof name === 'string') this.#anchors.set(name, schema);
    }
  }

  /** The schema at `#`, `#/a/pointer` or `#anchor`, or undefined. */
  find(reference: string): Schema | boolean | undefined {
    if (!reference.startsWith('#')) return undefined;
    const place = decodeFragment(reference.slice(1));
    const isPointer = place === '' || place.startsWith('/');
    const target = isPointer ? resolvePointer(this.#root, place) : this.#anchors.get(place);
    return typeof target === 'boolean' || isObject(target) ? target : undefined;
  }
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Codings of a fixed document, the one that is preferred first. */
export const CODINGS = ['br', 'gzip'] as const;
export type Coding = (typeof CODINGS)[number];

/** The default, 11, takes many times as long for little less. */
const BROTLI_QUALITY = 6;

const compressors: Record<Coding, (bytes: Buffer) => Promise<Buffer>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
    }),
  gzip: promisify(gzip),
};

/**
 * A document that stays as it is while the process lives. Its bytes are made once, and once more for each coding when
 * that is first asked for, so that an answer costs no more than to hand them out.
 */
export class FixedDocument {
  /** Weak: it stands for the document in every coding. */
  readonly etag: string;
  readonly #bytes: Buffer;
  readonly #coded = new Map<Coding, Promise<Buffer>>();

  constructor(text: string) {
    this.#bytes = Buffer.from(text);
    this.etag = `W/"${createHash('sha256').update(this.#bytes).digest('base64url').slice(0, 22)}"`;
  }

  /** @param coding null = as it is */
  async bytes(coding: Coding | null): Promise<Buffer> {
    if (coding === null) return this.#bytes;
    const known = this.#coded.get(coding) ?? compressors[coding](this.#bytes);
    this.#coded.set(coding, known);
    return known;
  }
}

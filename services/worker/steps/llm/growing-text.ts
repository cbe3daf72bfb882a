/** Short pieces become one string together: a string grown by `+=` takes 32 bytes for each piece, until it is read. */
const PIECES = 1024;

/** A text that grows by small pieces. */
export class GrowingText {
  #text = '';
  #pieces: string[] = [];

  add(piece: string): void {
    this.#pieces.push(piece);
    if (this.#pieces.length >= PIECES) this.#join();
  }

  toString(): string {
    this.#join();
    return this.#text;
  }

  #join(): void {
    this.#text += this.#pieces.join('');
    this.#pieces = [];
  }
}

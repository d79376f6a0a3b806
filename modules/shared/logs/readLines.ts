import type { FileHandle } from 'node:fs/promises';

const CHUNK_BYTES = 65_536;
const NEWLINE = 0x0a;

export interface RawLine {
  readonly offset: number;
  /** Its newline included. */
  readonly bytes: number;
  /** Without its newline; `undefined` when it is longer than allowed. */
  readonly content: Buffer | undefined;
  /** It ends with a newline. Only the last may not. */
  readonly whole: boolean;
}

export interface LineRange {
  readonly from: number;
  /** Bytes from here on are not read. */
  readonly until: number;
  /** The content of a longer line is never held. */
  readonly longest: number;
  readonly signal?: AbortSignal | undefined;
}

/** The lines of a file, as many at a time as one chunk ends. Holds one chunk and one line. */
export async function* readLines(
  file: FileHandle,
  { from, until, longest, signal }: LineRange,
): AsyncGenerator<readonly RawLine[], void, undefined> {
  let position = from;
  let lineStart = from;
  let pieces: Buffer[] = [];
  const content = (last: Buffer, end: number): Buffer | undefined => {
    if (end - lineStart > longest) return undefined;
    return pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
  };

  while (position < until) {
    signal?.throwIfAborted();
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, until - position));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    const lines: RawLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const next = position + end + 1;
      const line = content(chunk.subarray(start, end), next - 1);
      lines.push({ offset: lineStart, bytes: next - lineStart, content: line, whole: true });
      pieces = [];
      lineStart = next;
      start = end + 1;
    }
    position += bytesRead;
    if (position - lineStart > longest) pieces = [];
    else if (start < chunk.length) pieces.push(chunk.subarray(start));
    yield lines;
  }

  if (position > lineStart) {
    yield [{ offset: lineStart, bytes: position - lineStart, content: undefined, whole: false }];
  }
}

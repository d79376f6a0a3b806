import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** Configuration files and secrets are small; more is a mistake. */
const LARGEST_BYTES = 1024 * 1024;

/**
 * Reads a text file of at most 1 MiB, without the byte order mark that some editors put before it. Never waits: a pipe, a
 * device and a folder are refused, as is all that is not UTF-8.
 *
 * @throws an error that says in words what is wrong, and quotes nothing of the file.
 */
export function readText(path: string): string {
  // Without O_NONBLOCK, opening a pipe waits for somebody who writes to it.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error(`it is ${kindOf(stats)}, not a file`);
    return decode(readBytes(file, stats.size));
  } finally {
    closeSync(file);
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

/** A size is a hint only: files below /proc have none, and others grow. */
function readBytes(file: number, size: number): Buffer {
  const expected = size > 0 && size < LARGEST_BYTES ? size : LARGEST_BYTES;
  const bytes = fill(Buffer.allocUnsafe(expected + 1), file);
  if (bytes.length <= expected) return bytes;
  const all = expected < LARGEST_BYTES ? fill(Buffer.allocUnsafe(LARGEST_BYTES + 1), file) : bytes;
  if (all.length <= LARGEST_BYTES) return all;
  throw new Error(`it has ${Math.max(size, all.length)} bytes; at most ${LARGEST_BYTES} are read`);
}

/** The start of a file: as much of it as fits into `bytes`. */
function fill(bytes: Buffer, file: number): Buffer {
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read) {
    read = readSync(file, bytes, length, bytes.length - length, length);
  }
  return bytes.subarray(0, length);
}

function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw new Error('it is UTF-16; save it as UTF-8');
  if (!isUtf8(bytes)) throw new Error('it is not UTF-8');
  const text = bytes.toString('utf8');
  if (text.includes('\0')) throw new Error('it holds a NUL character, so it is no text in UTF-8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

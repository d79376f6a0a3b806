import { KeptListeners } from './KeptListeners';

/** Other copies of this module, such as those of Jest's module registries, find their guard by it. */
const GUARD = Symbol.for('daemonry.streamGuard');

/** Takes the errors of a stream that has lost its reader or its disk: nobody is left to be told. */
const lost = Object.assign((): void => undefined, { [GUARD]: true });

/** Keeps the errors of a stream from ending the process. */
function guard(stream: NodeJS.WriteStream): void {
  if (stream.listeners('error').some((listener) => GUARD in listener)) return;
  const kept = new KeptListeners(stream);
  kept.add('error', lost);
  // Streams do not tell of the removal of the only listener of an event.
  kept.add('error', () => undefined);
}

/**
 * Keeps the errors of the standard streams from ending the process: a pipe without a reader or a full disk is no reason to
 * stop working.
 */
export function guardStandardStreams(): void {
  guard(process.stdout);
  guard(process.stderr);
}

/** Writes a line to stderr, if anybody can read it. Never throws, and the stream's later errors are nobody's. */
export function writeToStderr(line: string): void {
  try {
    guard(process.stderr);
    process.stderr.write(`${escapeControls(line)}\n`);
  } catch {
    // A file is written at once, and throws when its disk is full.
    lost();
  }
}

/** Control characters, and those that change the direction of a text. */
const CONTROLS = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Escapes control characters, so that text from outside cannot move the cursor or fake a log line. */
export function escapeControls(text: string): string {
  return text.replaceAll(CONTROLS, (character) => {
    const code = character.charCodeAt(0).toString(16);
    // Those that JSON leaves as they are become an escape of JSON.
    return character < ' ' ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}

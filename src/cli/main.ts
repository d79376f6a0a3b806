#!/usr/bin/env node
import type { Terminal } from '../contracts/CommandModule';
import { codeOf, messageOf } from '../errors/serializeError';
import { guardStandardStreams } from '../observability/standardStreams';
import { EXIT } from './exitCodes';
import { runProgram } from './runProgram';

const write = (stream: NodeJS.WriteStream) => (text: string) => {
  stream.write(`${text}\n`);
};

/** Why output is lost; undefined while nothing is, and when its reader has seen enough and closed the pipe, as `head` does. */
let lost: Error | undefined;

/** Waits until both streams are written out: `process.exit` alone would cut off output that goes into a pipe. */
function finish(code: number): void {
  process.exitCode = code;
  // The error of a write is told of after the end of the write that follows it.
  process.stdout.write('', () => setImmediate(end, code));
}

function end(code: number): void {
  if (lost !== undefined) {
    process.stderr.write(`The output cannot be written: ${messageOf(lost)}\n`);
    process.exitCode = code === EXIT.ok ? EXIT.failed : code;
  }
  process.stderr.write('', () => process.exit());
}

// `daemonry plan app | head` closes the pipe while there is more to write.
guardStandardStreams();
process.stdout.on('error', (error) => {
  if (codeOf(error) !== 'EPIPE') lost ??= error;
});
const terminal: Terminal = { cwd: process.cwd(), out: write(process.stdout), err: write(process.stderr) };
void runProgram(process.argv.slice(2), terminal, finish);

#!/usr/bin/env node
import { codeOf, messageOf } from '../errors/serializeError';
import { guardStandardStreams } from '../observability/standardStreams';
import { EXIT, type Finish } from './exitCodes';
import { runProgram } from './runProgram';

const write = (stream: NodeJS.WriteStream) => (text: string) => {
  stream.write(`${text}\n`);
};

/**
 * Ends the process once both streams are written out: `process.exit` alone would cut off output that goes into a pipe. Output
 * that is lost, as on a full disk, is said, and ends with {@link EXIT.failed}; a reader that has seen enough, as `head`, is no loss.
 */
function finishing({ stdout, stderr }: NodeJS.Process): Finish {
  let lost: Error | undefined;
  stdout.on('error', (error) => {
    if (codeOf(error) !== 'EPIPE') lost ??= error;
  });
  const end = (code: number): void => {
    if (lost !== undefined) stderr.write(`The output cannot be written: ${messageOf(lost)}\n`);
    process.exitCode = lost !== undefined && code === EXIT.ok ? EXIT.failed : code;
    stderr.write('', () => process.exit());
  };
  return (code) => {
    process.exitCode = code;
    // The error of a write is told of after the end of the write that follows it.
    stdout.write('', () => setImmediate(end, code));
  };
}

// `daemonry plan app | head` closes the pipe while there is more to write.
guardStandardStreams();
void runProgram(
  process.argv.slice(2),
  { cwd: process.cwd(), out: write(process.stdout), err: write(process.stderr) },
  finishing(process),
);

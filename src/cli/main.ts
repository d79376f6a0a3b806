#!/usr/bin/env node
import type { Terminal } from '../contracts/CommandModule';
import { guardStandardStreams } from '../observability/standardStreams';
import { runProgram } from './runProgram';

const write = (stream: NodeJS.WriteStream) => (text: string) => {
  stream.write(`${text}\n`);
};

/** Waits until both streams are written out: `process.exit` alone would cut off output that goes into a pipe. */
function finish(code: number): void {
  process.exitCode = code;
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}

// `daemonry plan app | head` closes the pipe while there is more to write.
guardStandardStreams();
const terminal: Terminal = { cwd: process.cwd(), out: write(process.stdout), err: write(process.stderr) };
void runProgram(process.argv.slice(2), terminal, finish);

#!/usr/bin/env node
import { runProgram } from './createProgram';

const write = (stream: NodeJS.WriteStream) => (text: string) => {
  stream.write(`${text}\n`);
};

/** What is written last has to be read before the process ends. */
function finish(code: number): void {
  process.exitCode = code;
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}

const terminal = { cwd: process.cwd(), out: write(process.stdout), err: write(process.stderr) };
void runProgram(process.argv.slice(2), terminal, finish);

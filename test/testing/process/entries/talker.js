'use strict';

/** Writes like an application: `says` is a list of log entries, texts, and `exit:<code>`. */
const says = JSON.parse(process.argv[2] ?? '[]');

for (const line of says) {
  if (typeof line !== 'string')
    process.stdout.write(`${JSON.stringify({ timestamp: 'now', level: 'info', ...line })}\n`);
  else if (line.startsWith('exit:')) process.exitCode = Number(line.slice('exit:'.length));
  else if (line.startsWith('stderr:')) process.stderr.write(`${line.slice('stderr:'.length)}\n`);
  else if (line.startsWith('env:')) process.stdout.write(`${process.env[line.slice('env:'.length)] ?? 'unset'}\n`);
  else process.stdout.write(`${line}\n`);
}

// Stays alive, as an application does, unless it was told how to end.
if (process.exitCode === undefined) setInterval(() => undefined, 1_000);

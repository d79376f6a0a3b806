'use strict';

// A thread that answers as the mail says.
const { Buffer } = require('node:buffer');
const { parentPort } = require('node:worker_threads');

parentPort.on('message', (source) => {
  const said = Buffer.from(source).toString();
  if (said === 'hang') return;
  if (said === 'throw') throw new Error('the parser broke');
  if (said === 'leave') process.exit(0);
  if (said === 'late') setImmediate(() => process.exit(1));
  if (said === 'fill') {
    const filled = [];
    for (;;) filled.push(new Array(1_000_000).fill(said));
  }
  parentPort.postMessage(said === 'refuse' ? { error: 'no mail' } : { mail: { subject: said } });
});

'use strict';

// A job of Bree is a thread: it says that it has run, and ends.
require('node:worker_threads').parentPort.postMessage('ran');

'use strict';

// A process of bench/cluster.mjs: tasks of cluster scope with an empty handler. Started with a channel to its parent, which asks
// it for figures: what has happened since it was asked last.

require('reflect-metadata');
const { BackgroundDaemon, createApplication } = require('daemonry');
const { clusterModule } = require('@daemonry/modules/cluster');

const { QUIET } = require('../support/app.cjs');

const { tasks, everyMs, url } = JSON.parse(process.argv[2]);
let starts = [];

function daemonOf(index) {
  const { [`Daemon${index}`]: daemon } = {
    [`Daemon${index}`]: class {
      tick({ scheduledAt }) {
        starts.push(Date.now() - scheduledAt.getTime());
      }
    },
  };
  BackgroundDaemon({ interval: everyMs, scope: 'cluster' })(daemon);
  return daemon;
}

async function main() {
  const app = await createApplication({
    ...QUIET,
    name: 'bench',
    listeners: Array.from({ length: tasks }, (_none, index) => daemonOf(index)),
    modules: [clusterModule()],
    config: { ...QUIET.config, values: { ...QUIET.config?.values, cluster: { redis: { url }, prefix: 'bench' } } },
  });
  let skipped = {};
  app.events.on('run.skipped', ({ reason }) => {
    skipped[reason] = (skipped[reason] ?? 0) + 1;
  });
  await app.start();
  let cpu = process.cpuUsage();
  process.on('message', (ask) => {
    if (ask === 'stop') return void app.stop('measured').then(() => process.exit());
    const { user, system } = process.cpuUsage(cpu);
    const { rss, heapUsed } = process.memoryUsage();
    process.send({ late: starts, skipped, cpuMs: (user + system) / 1_000, rss, heapUsed });
    [starts, skipped, cpu] = [[], {}, process.cpuUsage()];
  });
  process.send('ready');
}

void main();

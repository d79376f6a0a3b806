// region before
import cron from 'node-cron';
import { Redis } from 'ioredis';

import { Invoices } from '../../Invoices';

const invoices = new Invoices();
const redis = new Redis(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379');

// Without a coordinator: NODE_CRON_RUN=true in one process, which runs all, and false in the others.
cron.setRunCoordinator({
  shouldRun: async (key, ms) => (await redis.set(`cron:${key}`, String(process.pid), 'PX', ms, 'NX')) === 'OK',
});

cron.schedule('0 3 * * *', () => invoices.send(new Date().toISOString().slice(0, 10), undefined), {
  name: 'send-invoices',
  timezone: 'Europe/Paris',
  noOverlap: true,
  distributed: true,
});
cron.schedule('*/15 * * * *', () => invoices.remind(), { name: 'remind', noOverlap: true, distributed: true });

process.on('SIGTERM', () => {
  void cron.shutdown().then(() => redis.quit());
});
// endregion before

// region before
import { Queue, Worker } from 'bullmq';

import { Invoices } from '../../Invoices';

const connection = { url: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379', maxRetriesPerRequest: null };
const invoices = new Invoices();

async function main(): Promise<void> {
  const queue = new Queue('invoices', { connection });
  await queue.upsertJobScheduler('nightly', { pattern: '0 3 * * *', tz: 'Europe/Paris' }, { name: 'send' });
  await queue.upsertJobScheduler('reminders', { every: 15 * 60_000 }, { name: 'remind' });

  const worker = new Worker(
    'invoices',
    async (job) => {
      if (job.name === 'send') await invoices.send(new Date().toISOString().slice(0, 10), undefined);
      else await invoices.remind();
    },
    { connection, concurrency: 1 },
  );
  worker.on('failed', (job, error) => {
    console.error(job?.name, error);
  });

  process.on('SIGTERM', () => {
    void worker.close().then(() => queue.close());
  });
}

void main();
// endregion before
